"""A ticket of no power is taken in as a report: placed on the network and put beside the others there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from care.incidents.correlation import correlate
from care.incidents.links import unlink
from care.incidents.placing import Spot, spot_of
from care.incidents.rules import Rules, Sighting
from care.incidents.tables import Report
from care.shapes import Address
from care.tables import Ticket


def take_in(session: Session, rules: Rules, ticket: Ticket, at: datetime, now: datetime) -> None:
    """Take the ticket in as a report seen at `at`, again when its place is known better. Does not commit.

    A caller that holds the ticket's row has locked the feeders of `spot_of_ticket` before it.
    """
    spot = spot_of_ticket(session, ticket)
    if spot is None:
        return
    session.flush()
    if ticket.incident is not None:  # a new ticket has none, and most are new
        report = session.get(Report, ticket.id)
        if report is not None and report.station != spot.station:
            unlink(session, ticket, now)
    person = spot.customer_code or ticket.customer_code or ticket.phone or ticket.conversation_id or ticket.code
    correlate(session, rules, [Sighting(ticket.id, person, spot.station, spot.feeder, at)], now)
    session.refresh(ticket, ["incident"])


def spot_of_ticket(session: Session, ticket: Ticket, customer_code: str | None = None) -> Spot | None:
    """Where the ticket is on the network, were `customer_code` its contract."""
    return spot_of(session, customer_code or ticket.customer_code, ticket.phone, Address.model_validate(ticket.address))
