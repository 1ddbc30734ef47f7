"""Which report and ticket belongs to which incident; always under the feeder's lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from care.incidents.tables import Report
from care.locks import lock_names
from care.tables import Outage, Station, Ticket, TicketEvent


def lock_feeders(session: Session, feeders: Iterable[str]) -> None:
    """Hold the feeders alone until the transaction ends; taken before any row's lock."""
    lock_names(session, *(f"feeder:{code}" for code in feeders))


def lock_feeders_of(session: Session, *outages: str) -> None:
    """Hold the feeders that these outages are on."""
    stations = {
        station
        for codes in session.scalars(select(Outage.stations).where(Outage.code.in_(outages)))
        for station in codes
    }
    lock_feeders(session, session.scalars(select(Station.feeder).where(Station.code.in_(stations)).distinct()))


def link(session: Session, incident: str, tickets: Sequence[int], now: datetime, by: str = "care") -> None:
    """These tickets belong to the incident from now on."""
    session.execute(update(Report).where(Report.ticket_id.in_(tickets)).values(incident=incident))
    session.execute(update(Ticket).where(Ticket.id.in_(tickets)).values(incident=incident))
    session.add_all(TicketEvent(ticket_id=one, at=now, by=by, event="linked", note=incident) for one in tickets)


def unlink(session: Session, ticket: Ticket, now: datetime) -> None:
    """The ticket turned out to be elsewhere."""
    session.execute(update(Report).where(Report.ticket_id == ticket.id).values(incident=None))
    session.add(TicketEvent(ticket_id=ticket.id, at=now, by="care", event="unlinked", note=ticket.incident))
    ticket.incident = None


def move_links(session: Session, ended: str, into: str, now: datetime, by: str = "care") -> None:
    """Every ticket of one incident belongs to another from now on."""
    tickets = list(session.scalars(select(Ticket.id).where(Ticket.incident == ended)))
    if tickets:
        link(session, into, tickets, now, by)
