"""Tickets whose time runs out: warned when four fifths are gone, escalated and apologised for when overdue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from care.tables import Ticket, TicketEvent
from care.ticket_news import tell
from care.wired import Care

RUNNING = ("new", "accepted", "in_progress")
BATCH = 200
# One step nearer to the top; P0 is for danger alone.
RAISED = {"P3": "P2", "P2": "P1"}


def escalate(care: Care) -> int:
    """One batch of tickets, each step once; any number of processes at once. Returns how many changed."""
    now = care.now()
    late = and_(Ticket.warned < 2, Ticket.due_at <= now)
    soon = and_(Ticket.warned == 0, Ticket.warn_at <= now)
    with care.database.transaction() as session:
        tickets = session.scalars(
            select(Ticket)
            .where(Ticket.status.in_(RUNNING), or_(late, soon))
            .order_by(Ticket.due_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for ticket in tickets:
            _step(care, session, ticket, now)
        session.commit()
    return len(tickets)


def _step(care: Care, session: Session, ticket: Ticket, now: datetime) -> None:
    overdue = ticket.due_at is not None and ticket.due_at <= now
    ticket.warned = 2 if overdue else 1
    ticket.version += 1
    event, note = "overdue" if overdue else "due soon", None
    if overdue and ticket.priority in RAISED:
        note = f"{ticket.priority} to {RAISED[ticket.priority]}"
        ticket.priority = RAISED[ticket.priority]
    session.add(TicketEvent(ticket_id=ticket.id, at=now, by="clock", event=event, note=note, facts=None))
    # A customer of an incident hears the incident's news instead.
    if overdue and ticket.incident is None:
        tell(session, care.catalogue.services[ticket.service], ticket, "overdue", None, now)
