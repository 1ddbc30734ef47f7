"""What a change of an outage means to its customers: when power is expected, that it is back, that a plan is put off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from care.incidents.rows import GOING_ON
from care.incidents.telling import tell
from care.lifecycle import ENDED, REOPENED_WITHIN
from care.tables import Outage, Ticket, TicketEvent

# An outage ends after it starts, whatever the clocks say.
SHORTEST = timedelta(seconds=1)
TIMES = frozenset({"starts_at", "ends_at"})


def tell_joined(session: Session, incident: str, tickets: Sequence[int], now: datetime) -> None:
    """Who joins an incident hears what the others heard before."""
    outage = session.scalars(select(Outage).where(Outage.code == incident)).one()
    if outage.ends_at is not None and outage.ends_at > now:
        tell(session, outage, "expected", tickets, now)


def outage_changed(session: Session, outage: Outage, before: Mapping[str, object], now: datetime, by: str) -> None:
    """Tell what a person's change of an outage means; `before` has the old values of what changed."""
    if outage.status == "done" and "status" in before:
        outage.ends_at = outage.ends_at if "ends_at" in before else max(now, outage.starts_at + SHORTEST)
        tell(session, outage, "restored", None, now)
        _finish(session, outage.code, by, now)
    elif outage.kind == "planned":
        plan_changed(session, outage, before, now)
    elif outage.status in GOING_ON and outage.ends_at is not None and "ends_at" in before:
        old = before["ends_at"]
        sentence = "expected" if not isinstance(old, datetime) else "moved" if outage.ends_at > old else "earlier"
        tell(session, outage, sentence, None, now)


def plan_changed(session: Session, outage: Outage, before: Mapping[str, object], now: datetime) -> None:
    """Tell those who follow a plan that it is put off, called off, takes longer or has other times."""
    off = {"postponed": "plan_postponed", "cancelled": "plan_cancelled", "overrun": "plan_overrun"}
    if "status" in before and outage.status in off:
        tell(session, outage, off[outage.status], None, now)
    elif outage.status in ("approved", "running") and (TIMES & before.keys() or before.get("status") in off):
        tell(session, outage, "plan_times", None, now)


def incident_reopened(session: Session, outage: Outage, by: str, note: str | None, now: datetime) -> None:
    """Power was not back after all: the tickets that ended with the incident go on, and everyone hears it."""
    ended_with_it = select(TicketEvent.ticket_id).where(TicketEvent.event == "done", TicketEvent.note == outage.code)
    again = (
        update(Ticket)
        .where(Ticket.incident == outage.code, Ticket.status == "done", Ticket.ended_at > now - REOPENED_WITHIN)
        .where(Ticket.id.in_(ended_with_it))
        .values(status="accepted", ended_at=None, version=Ticket.version + 1)
        .returning(Ticket.id)
        .execution_options(synchronize_session=False)
    )
    _append(session, session.scalars(again).all(), "accepted", by, note or outage.code, now)
    tell(session, outage, "reopened", None, now)


def _finish(session: Session, incident: str, by: str, now: datetime) -> None:
    """The tickets of an incident end with it, all at once; the news above told their customers."""
    ended = (
        update(Ticket)
        .where(Ticket.incident == incident, Ticket.status.not_in(ENDED))
        .values(status="done", ended_at=now, paused_at=None, version=Ticket.version + 1)
        .returning(Ticket.id)
        .execution_options(synchronize_session=False)
    )
    _append(session, session.scalars(ended).all(), "done", by, incident, now)


def _append(session: Session, tickets: Sequence[int], event: str, by: str, note: str, now: datetime) -> None:
    rows = [{"ticket_id": number, "at": now, "by": by, "event": event, "note": note} for number in tickets]
    if rows:
        session.execute(insert(TicketEvent), rows)
