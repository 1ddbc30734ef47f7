"""Rows of care.ticket by the code that people read out."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.codes import ticket_code
from care.errors import NotFound
from care.tables import Ticket


def ticket_row(session: Session, code: str, *, lock: bool = False) -> Ticket:
    """The ticket, with `lock` held until commit. Raises NotFound."""
    known = ticket_code(code)
    wanted = select(Ticket).where(Ticket.code == known)
    ticket = session.scalar(wanted.with_for_update() if lock else wanted) if known else None
    if ticket is None:
        raise NotFound("ticket", code)
    return ticket
