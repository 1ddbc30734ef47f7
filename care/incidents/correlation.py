"""Reports of no power become incidents by themselves, inside the transaction that files them.

Feeders are locked by name before any row, so that reports of one feeder are taken one after another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.database import driver_of
from care.incidents.area import describe
from care.incidents.following import move_followers
from care.incidents.links import link, lock_feeders, move_links, place_and_link
from care.incidents.news import tell_joined
from care.incidents.rows import GOING_ON, note_incident
from care.incidents.rules import Fault, Feeder, Rules, Sighting, open_at, take
from care.incidents.settled import settled_at
from care.incidents.still_out import lately_restored, reopened
from care.incidents.tables import Incident, Report
from care.incidents.words import texts
from care.outage_rows import new_outage
from care.tables import Outage, OutageEvent, Station

OPEN = and_(Outage.kind == "incident", Outage.status.in_(GOING_ON))


def correlate(session: Session, rules: Rules, sightings: Sequence[Sighting], now: datetime) -> None:
    """Take the reports of these tickets in: each joins an incident, makes one, or waits for others like it.

    A ticket taken in before is taken again by its new place. Does not commit.
    """
    if not sightings:
        return
    codes = sorted({one.feeder for one in sightings})
    lock_feeders(session, codes)
    if len(sightings) == 1 and _joined_at_once(session, sightings[0], now):
        return
    stations = _stations(session, codes)
    explained = _under_a_plan(session, sightings)
    feeders = _load(session, stations, sightings, rules)
    before = {one.ticket_id: one.incident for feeder in feeders.values() for one in feeder.sightings}
    has_news = {fault.code for feeder in feeders.values() for fault in feeder.faults if fault.has_news}
    restored = lately_restored(session, sightings)
    for sighting in sorted(sightings, key=lambda one: (one.at, one.ticket_id)):
        if (sighting.station, sighting.at) in explained:
            continue
        feeder = feeders[sighting.feeder]
        if open_at(feeder.faults, sighting.station) is None and (again := reopened(session, restored, sighting, now)):
            feeder.faults.append(again)
        take(feeder, sighting, rules, _new_codes(session, sighting, now))
    _store_reports(session, sightings)
    for code, feeder in feeders.items():
        _store(session, feeder, stations[code], now)
    joined = {
        one.ticket_id: one.incident
        for feeder in feeders.values()
        for one in feeder.sightings
        if one.incident is not None and before.get(one.ticket_id) != one.incident
    }
    session.flush()
    link(session, joined, now)
    for incident in has_news & {*joined.values()}:
        tell_joined(session, incident, [ticket for ticket, into in joined.items() if into == incident], now)


def _joined_at_once(session: Session, sighting: Sighting, now: datetime) -> bool:
    """Most reports of a storm: the station is part of an open incident that cannot grow any more."""
    found = settled_at(driver_of(session), sighting.station)
    if found is None:
        return False
    place_and_link(session, sighting, found.code, now)
    if found.ends_at is not None:
        tell_joined(session, found.code, [sighting.ticket_id], now)
    return True


def _stations(session: Session, feeders: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The stations of each feeder."""
    found = defaultdict[str, list[str]](list)
    for station, feeder in session.execute(select(Station.code, Station.feeder).where(Station.feeder.in_(feeders))):
        found[feeder].append(station)
    return found


def _under_a_plan(session: Session, sightings: Sequence[Sighting]) -> set[tuple[str, datetime]]:
    """The (station, moment) pairs that a planned outage explains."""
    wanted = list({one.station for one in sightings})
    plans = session.execute(
        select(Outage.stations, Outage.starts_at, Outage.ends_at).where(
            Outage.kind == "planned",
            Outage.status.in_(("approved", "running", "overrun")),
            Outage.stations.overlap(wanted),
            Outage.starts_at <= max(one.at for one in sightings),
            or_(Outage.ends_at >= min(one.at for one in sightings), Outage.status == "overrun"),
        )
    ).all()
    return {
        (one.station, one.at)
        for one in sightings
        for plan in plans
        if one.station in plan.stations and plan.starts_at <= one.at
    }


def _load(
    session: Session, stations: Mapping[str, Sequence[str]], sightings: Sequence[Sighting], rules: Rules
) -> dict[str, Feeder]:
    """What is known of the feeders, without the reports to be taken now."""
    feeders = {code: Feeder(code) for code in stations}
    feeder_of = {station: feeder for feeder, codes in stations.items() for station in codes}
    wanted = select(
        Outage.code, Outage.stations, Outage.starts_at, Outage.ends_at, Incident.whole_feeder, Incident.held
    )
    rows = session.execute(
        wanted.outerjoin(Incident, Incident.code == Outage.code)
        .where(OPEN, Outage.stations.overlap(list(feeder_of)))
        .order_by(Outage.id)
    )
    for row in rows:
        for feeder in {feeder_of[station] for station in row.stations if station in feeder_of}:
            fault = Fault(row.code, set(row.stations), bool(row.whole_feeder), row.starts_at)
            fault.held, fault.has_news = row.held is not False, row.ends_at is not None
            feeders[feeder].faults.append(fault)
    narrow = [code for code, feeder in feeders.items() if not any(one.whole_feeder for one in feeder.faults)]
    since, until = min(one.at for one in sightings), max(one.at for one in sightings)
    reports = session.scalars(
        select(Report)
        .outerjoin(Outage, Outage.code == Report.incident)
        .where(
            Report.feeder.in_(narrow),
            Report.at.between(since - rules.window, until + rules.window),
            Report.ticket_id.not_in([one.ticket_id for one in sightings]),
            or_(Report.incident.is_(None), OPEN),
        )
        .order_by(Report.at, Report.ticket_id)
    )
    for one in reports:
        seen = Sighting(one.ticket_id, one.person, one.station, one.feeder, one.at, one.incident)
        feeders[one.feeder].sightings.append(seen)
    return feeders


def _new_codes(session: Session, sighting: Sighting, now: datetime) -> Iterator[str]:
    """Codes of incidents, each an outage that is filled in when the reports are stored."""
    while True:
        station = session.get_one(Station, sighting.station)
        values = {
            "kind": "incident",
            "status": "running",
            "area": station.ward,
            "stations": [],
            "wards": [],
            "province": station.province,
            "starts_at": sighting.at,
            "ends_at": None,
            "reason": texts()["reason"],
            "centre": station.centre,
            "created_at": now,
        }
        outage = new_outage(session, values)
        session.add(OutageEvent(outage_id=outage.id, at=now, by="care", event="running", note="reports of customers"))
        session.add(Incident(code=outage.code))
        yield outage.code


def _store_reports(session: Session, sightings: Sequence[Sighting]) -> None:
    rows = [
        {
            "ticket_id": one.ticket_id,
            "person": one.person,
            "station": one.station,
            "feeder": one.feeder,
            "at": one.at,
        }
        for one in sightings
    ]
    put = insert(Report)
    placed = {name: getattr(put.excluded, name) for name in ("person", "station", "feeder", "at")}
    session.execute(put.on_conflict_do_update(index_elements=[Report.ticket_id], set_=placed), rows)


def _store(session: Session, feeder: Feeder, stations: Sequence[str], now: datetime) -> None:
    for ended, into in feeder.merged:
        merge_rows(session, ended, into, "care", None, now)
    for fault in feeder.faults:
        if fault.changed:
            _store_bounds(session, fault, stations, now)


def _store_bounds(session: Session, fault: Fault, stations: Sequence[str], now: datetime) -> None:
    outage = session.scalars(select(Outage).where(Outage.code == fault.code).with_for_update()).one()
    wanted = sorted(fault.stations | set(outage.stations) | set(stations if fault.whole_feeder else ()))
    if fault.starts_at is not None and fault.starts_at < outage.starts_at:
        outage.starts_at = fault.starts_at
    if wanted == sorted(outage.stations):
        return
    if outage.stations:
        note = f"{len(wanted)} stations, was {len(outage.stations)}"
        session.add(OutageEvent(outage_id=outage.id, at=now, by="care", event="widened", note=note))
    outage.stations = wanted
    describe(session, outage)
    note_incident(session, fault.code, whole_feeder=fault.whole_feeder)


def merge_rows(session: Session, ended: str, into: str, by: str, note: str | None, now: datetime) -> None:
    """End an incident because another takes it in, with its reports and tickets."""
    outage = session.scalars(select(Outage).where(Outage.code == ended).with_for_update()).one()
    outage.status = "cancelled"
    words = "; ".join(filter(None, [f"into {into}", note]))
    session.add(OutageEvent(outage_id=outage.id, at=now, by=by, event="merged", note=words))
    note_incident(session, ended, merged_into=into)
    move_links(session, ended, into, now)
    move_followers(session, ended, into)
