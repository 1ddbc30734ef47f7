"""Which report and ticket belongs to which incident; always under the feeder's lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from care.incidents.rules import Sighting
from care.incidents.tables import Report
from care.locks import lock_names
from care.tables import Outage, Station, Ticket, TicketEvent

PAIRS = "unnest(CAST(:tickets AS bigint[]), CAST(:incidents AS text[])) AS pair (ticket_id, incident)"
LINK_REPORTS = text(
    f"UPDATE care.report r SET incident = pair.incident FROM {PAIRS} WHERE r.ticket_id = pair.ticket_id"  # noqa: S608  our own words
)
LINK_TICKETS = text(
    f"UPDATE care.ticket t SET incident = pair.incident FROM {PAIRS} WHERE t.id = pair.ticket_id"  # noqa: S608  our own words
)
LINK_EVENTS = text(
    "INSERT INTO care.ticket_event (ticket_id, at, by, event, note)"  # noqa: S608  our own words
    f" SELECT pair.ticket_id, :now, :by, 'linked', pair.incident FROM {PAIRS}"
)


PLACE_AND_LINK = text(
    "WITH placed AS (INSERT INTO care.report (ticket_id, person, station, feeder, at, incident)"
    " VALUES (:ticket, :person, :station, :feeder, :at, :incident) ON CONFLICT (ticket_id) DO UPDATE SET"
    " person = excluded.person, station = excluded.station, feeder = excluded.feeder, at = excluded.at,"
    " incident = excluded.incident),"
    " linked AS (UPDATE care.ticket SET incident = :incident WHERE id = :ticket)"
    " INSERT INTO care.ticket_event (ticket_id, at, by, event, note) VALUES (:ticket, :now, 'care', 'linked', :incident)"
)


def lock_feeders(session: Session, feeders: Iterable[str]) -> None:
    """Hold the feeders alone until the transaction ends; taken before any row's lock."""
    lock_names(session, *map(feeder_name, feeders))


def feeder_name(code: str) -> str:
    """What a feeder is locked by."""
    return f"feeder:{code}"


def lock_feeders_of(session: Session, *outages: str) -> None:
    """Hold the feeders that these outages are on."""
    stations = {
        station
        for codes in session.scalars(select(Outage.stations).where(Outage.code.in_(outages)))
        for station in codes
    }
    lock_feeders(session, session.scalars(select(Station.feeder).where(Station.code.in_(stations)).distinct()))


def link(session: Session, incident_of: Mapping[int, str], now: datetime, by: str = "care") -> None:
    """These tickets belong to these incidents from now on: {ticket id: incident}."""
    if not incident_of:
        return
    tickets = sorted(incident_of)
    pairs = {"tickets": tickets, "incidents": [incident_of[one] for one in tickets]}
    for statement in (LINK_REPORTS, LINK_TICKETS, LINK_EVENTS):
        session.execute(statement, pairs | {"now": now, "by": by})


def place_and_link(session: Session, sighting: Sighting, incident: str, now: datetime) -> None:
    """A report with its incident, in one statement."""
    values = {
        "ticket": sighting.ticket_id,
        "person": sighting.person,
        "station": sighting.station,
        "feeder": sighting.feeder,
        "at": sighting.at,
        "incident": incident,
        "now": now,
    }
    session.execute(PLACE_AND_LINK, values)


def unlink(session: Session, ticket: Ticket, now: datetime) -> None:
    """The ticket turned out to be elsewhere."""
    session.execute(update(Report).where(Report.ticket_id == ticket.id).values(incident=None))
    session.add(TicketEvent(ticket_id=ticket.id, at=now, by="care", event="unlinked", note=ticket.incident))
    ticket.incident = None


def move_links(session: Session, ended: str, into: str, now: datetime, by: str = "care") -> None:
    """Every ticket of one incident belongs to another from now on."""
    tickets = list(session.scalars(select(Ticket.id).where(Ticket.incident == ended)))
    if tickets:
        link(session, dict.fromkeys(tickets, into), now, by)
