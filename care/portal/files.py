"""The portal's requests: submitted once per file number, asked for, withdrawn. Each use case is one commit."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care import lifecycle
from care.due import UTC
from care.errors import NotFound
from care.idempotency import Call
from care.portal.signing import WINDOW
from care.portal.tables import PortalFile, PortalNonce
from care.shapes import TicketGiven, TicketReport, Transition
from care.tables import Ticket
from care.tickets import file_ticket, move
from care.wired import Care


class PortalGiven(BaseModel):
    """How far a request is."""

    model_config = ConfigDict(frozen=True)
    file_number: str
    code: str
    service: str
    status: str
    stage_vi: str
    due_at: datetime | None


def first_heard(care: Care, nonce: str) -> bool:
    """Whether this call is new; a nonce is remembered as long as its time may be right."""
    now = care.now()
    with care.database.transaction() as session:
        session.execute(delete(PortalNonce).where(PortalNonce.at < now - 3 * WINDOW))
        row = insert(PortalNonce).values(nonce=nonce, at=now).on_conflict_do_nothing().returning(PortalNonce.nonce)
        new = session.scalar(row) is not None
        session.commit()
    return new


def submit(care: Care, number: str, report: TicketReport) -> tuple[PortalGiven, bool]:
    """The request and whether it is new; the same number and body again get the same.

    Raises KeyReused for the number with another body, Invalid.
    """
    answer = file_ticket(care, report, Call("portal", number, report.model_dump(mode="json")))
    code = TicketGiven.model_validate_json(answer.text).code
    with care.database.transaction() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
        row = insert(PortalFile).values(number=number, ticket_id=ticket.id, due_at=care.now())
        new = session.scalar(row.on_conflict_do_nothing().returning(PortalFile.number)) is not None
        session.commit()
        return _given(care, number, ticket), new


def look_up(care: Care, number: str) -> PortalGiven:
    """How far a request is; raises NotFound."""
    with care.database.transaction() as session:
        return _given(care, number, _ticket(session, number))


def withdraw(care: Care, number: str, note: str | None) -> PortalGiven:
    """Cancel a request at the citizen's wish; one that is cancelled stays so. Raises NotFound, NotAllowed."""
    with care.database.transaction() as session:
        ticket = _ticket(session, number)
        code, status = ticket.code, ticket.status
    if status != "cancelled":
        move(care, code, Transition(to="cancelled", by="portal", note=note), None)
    return look_up(care, number)


def _ticket(session: Session, number: str) -> Ticket:
    of_file = select(Ticket).join(PortalFile, PortalFile.ticket_id == Ticket.id).where(PortalFile.number == number)
    ticket = session.scalar(of_file)
    if ticket is None:
        raise NotFound("request", number)
    return ticket


def _given(care: Care, number: str, ticket: Ticket) -> PortalGiven:
    assert ticket.status in lifecycle.STATUSES  # noqa: S101  CHECKed by the table
    due = ticket.due_at.astimezone(UTC) if ticket.due_at else None
    return PortalGiven(
        file_number=number,
        code=ticket.code,
        service=ticket.service,
        status=ticket.status,
        stage_vi=care.stages[ticket.status],
        due_at=due,
    )
