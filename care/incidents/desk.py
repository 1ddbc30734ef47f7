"""What an operator does with incidents: look, merge, split, open again. Each use case is one commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.codes import outage_code
from care.customers import known_province
from care.due import UTC
from care.errors import Invalid, NotAllowed, NotFound
from care.incidents.area import describe
from care.incidents.correlation import merge_rows
from care.incidents.links import link, lock_feeders_of
from care.incidents.news import incident_reopened, tell_joined
from care.incidents.rows import GOING_ON, note_incident
from care.incidents.shapes import IncidentGiven, IncidentPage, IncidentQuery, Merge, Reopen, Split
from care.incidents.tables import Incident, Report
from care.outage_rows import part_of
from care.outage_search import outage_given
from care.paging import newest_first
from care.shapes import HistoryEntry
from care.tables import Outage, OutageEvent, Station, Ticket
from care.wired import Care


def incident_by_code(care: Care, code: str) -> IncidentGiven:
    """One incident with its history; raises NotFound."""
    with care.database.transaction() as session:
        return _one(session, _incident(session, code))


def incident_page(care: Care, query: IncidentQuery) -> IncidentPage:
    """The incidents that fit all filters, newest first. Raises Invalid for an unknown province."""
    wanted = select(Outage).where(Outage.kind == "incident")
    if query.open is not None:
        wanted = wanted.where(Outage.status.in_(GOING_ON) if query.open else Outage.status.not_in(GOING_ON))
    if query.status is not None:
        wanted = wanted.where(Outage.status == query.status)
    if query.province is not None:
        wanted = wanted.where(Outage.province == known_province(query.province))
    if query.station is not None:
        wanted = wanted.where(Outage.stations.contains([query.station]))
    with care.database.transaction() as session:
        if query.feeder is not None:
            of_feeder = list(session.scalars(select(Station.code).where(Station.feeder == query.feeder)))
            wanted = wanted.where(Outage.stations.overlap(of_feeder))
        found, following = newest_first(session, wanted, Outage.id, query.limit, query.cursor)
        return IncidentPage(items=_given(session, found), next=following)


def merge(care: Care, code: str, asked: Merge) -> IncidentGiven:
    """Take another open incident in, with its stations, reports and tickets.

    The bounds are a person's from now on. Raises NotFound, Invalid, NotAllowed when one of them is over.
    """
    now, by = care.now(), asked.by or "api"
    with care.database.transaction() as session:
        kept, other = _two(session, code, asked.other)
        joined = list(session.scalars(select(Ticket.id).where(Ticket.incident == other.code)))
        merge_rows(session, other.code, kept.code, by, asked.note, now)
        whole = any(session.scalars(select(Incident.whole_feeder).where(Incident.code.in_((kept.code, other.code)))))
        kept.stations = sorted({*kept.stations, *other.stations})
        kept.starts_at = min(kept.starts_at, other.starts_at)
        describe(session, kept)
        note_incident(session, kept.code, whole_feeder=whole, held=True)
        _note(session, kept, now, by, "merged", f"took {other.code} in", asked.note)
        tell_joined(session, kept.code, joined, now)
        given = _one(session, kept)
        session.commit()
    return given


def split(care: Care, code: str, asked: Split) -> IncidentGiven:
    """The stations become an incident of their own, with their reports; answers the new one.

    Both keep the bounds that a person drew. Raises NotFound, Invalid, NotAllowed when it is over.
    """
    now, by = care.now(), asked.by or "api"
    with care.database.transaction() as session:
        lock_feeders_of(session, code.upper())
        old = _open(session, code, "split")
        stations = set(asked.stations)
        if not stations < set(old.stations):
            raise Invalid("stations", "some, not all, of the incident's own stations")
        new = part_of(session, old, list(stations), old.ends_at, now)
        old.stations = sorted(set(old.stations) - stations)
        for one in (old, new):
            describe(session, one)
            note_incident(session, one.code, whole_feeder=False, held=True)
        moved = select(Report.ticket_id).where(Report.incident == old.code, Report.station.in_(stations))
        link(session, dict.fromkeys(session.scalars(moved), new.code), now, by)
        _note(session, old, now, by, "split", f"{new.code} taken out", asked.note)
        _note(session, new, now, by, "running", f"split from {old.code}", asked.note)
        given = _one(session, new)
        session.commit()
    return given


def reopen(care: Care, code: str, asked: Reopen) -> IncidentGiven:
    """An incident that was over goes on, from its first beginning, and the tickets that ended with it; everyone hears it.

    Raises NotFound, NotAllowed when it is not over.
    """
    now, by = care.now(), asked.by or "api"
    with care.database.transaction() as session:
        lock_feeders_of(session, code.upper())
        outage = _incident(session, code, lock=True)
        if outage.status != "done":
            raise NotAllowed(outage.status, "running", (), "incident")
        outage.status, outage.ends_at = "running", None
        _note(session, outage, now, by, "reopened", asked.note)
        incident_reopened(session, outage, by, asked.note, now)
        given = _one(session, outage)
        session.commit()
    return given


def _two(session: Session, code: str, other: str) -> tuple[Outage, Outage]:
    if code.upper() == other.upper():
        raise Invalid("other", "another incident than this one")
    lock_feeders_of(session, code.upper(), other.upper())
    first, second = sorted((code.upper(), other.upper()))
    held = {one: _open(session, one, "merged") for one in (first, second)}
    return held[code.upper()], held[other.upper()]


def _incident(session: Session, code: str, *, lock: bool = False) -> Outage:
    known = outage_code(code)
    wanted = select(Outage).where(Outage.code == known, Outage.kind == "incident")
    outage = session.scalar(wanted.with_for_update() if lock else wanted)
    if outage is None:
        raise NotFound("incident", code)
    return outage


def _open(session: Session, code: str, wanted: str) -> Outage:
    outage = _incident(session, code, lock=True)
    if outage.status not in GOING_ON:
        raise NotAllowed(outage.status, wanted, (), "incident")
    return outage


def _note(session: Session, outage: Outage, at: datetime, by: str, event: str, *words: str | None) -> None:
    note = "; ".join(filter(None, words)) or None
    session.add(OutageEvent(outage_id=outage.id, at=at, by=by, event=event, note=note))


def _one(session: Session, outage: Outage) -> IncidentGiven:
    session.flush()
    given = _given(session, [outage])[0]
    events = session.scalars(select(OutageEvent).where(OutageEvent.outage_id == outage.id).order_by(OutageEvent.id))
    history = tuple(
        HistoryEntry(at=one.at.astimezone(UTC), by=one.by, event=one.event, note=one.note) for one in events
    )
    return given.model_copy(update={"history": history})


def _given(session: Session, outages: Sequence[Outage]) -> list[IncidentGiven]:
    codes = [outage.code for outage in outages]
    known = {row.code: row for row in session.scalars(select(Incident).where(Incident.code.in_(codes)))}
    counts = _counts(session, codes)
    return [
        IncidentGiven(
            **outage_given(outage).model_dump(),
            whole_feeder=known[outage.code].whole_feeder if outage.code in known else False,
            held=known[outage.code].held if outage.code in known else True,
            merged_into=known[outage.code].merged_into if outage.code in known else None,
            tickets=counts[outage.code][0],
            customers=counts[outage.code][1],
        )
        for outage in outages
    ]


def _counts(session: Session, codes: Iterable[str]) -> Mapping[str | None, tuple[int, int]]:
    counted = (
        select(Report.incident, func.count(), func.count(Report.person.distinct()))
        .where(Report.incident.in_(codes))
        .group_by(Report.incident)
    )
    counts = defaultdict[str | None, tuple[int, int]](lambda: (0, 0))
    counts.update({code: (tickets, people) for code, tickets, people in session.execute(counted)})
    return counts
