"""The portal's requests: submitted once per file number, asked for, withdrawn. Each use case is one commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care import lifecycle
from care.due import UTC
from care.errors import NotAllowed, NotFound
from care.filing import file_ticket
from care.idempotency import Call
from care.portal.signing import WINDOW
from care.portal.tables import PortalFile, PortalNonce
from care.shapes import Given, TicketGiven, TicketReport, Transition
from care.tables import Ticket
from care.tickets import move
from care.wired import Care


class PortalGiven(Given):
    """How far a request is."""

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
        return _given(care, number, ticket, withdrawn=False), new


def look_up(care: Care, number: str) -> PortalGiven:
    """How far a request is; raises NotFound."""
    with care.database.transaction() as session:
        return _given(care, number, *_found(session, number))


def withdraw(care: Care, number: str, note: str | None) -> PortalGiven:
    """Cancel a request at the citizen's wish; one that is withdrawn stays so. Raises NotFound, NotAllowed.

    A ticket that somebody else filed, or that stands for another file too, goes on: only this file ends.
    """
    with care.database.transaction() as session:
        ticket, withdrawn = _found(session, number)
        live = (PortalFile.ticket_id == ticket.id) & PortalFile.withdrawn_at.is_(None) & (PortalFile.number != number)
        others = session.scalar(select(PortalFile.number).where(live).limit(1))
        alone = ticket.channel == "portal" and others is None
        code, status = ticket.code, ticket.status
    if alone and not withdrawn and status != "cancelled":
        try:
            move(care, code, Transition(to="cancelled", by="portal", note=note), None)
        except NotAllowed as refused:
            if refused.status != "cancelled":  # by a second withdrawal at the same time
                raise
    with care.database.transaction() as session:
        file = session.get_one(PortalFile, number, with_for_update=True)
        file.withdrawn_at = file.withdrawn_at or care.now()
        session.commit()
    return look_up(care, number)


def _found(session: Session, number: str) -> tuple[Ticket, bool]:
    """The file's ticket, and whether the file was withdrawn."""
    of_file = select(Ticket, PortalFile.withdrawn_at).join(PortalFile, PortalFile.ticket_id == Ticket.id)
    row = session.execute(of_file.where(PortalFile.number == number)).first()
    if row is None:
        raise NotFound("request", number)
    return row[0], row[1] is not None


def _given(care: Care, number: str, ticket: Ticket, withdrawn: bool) -> PortalGiven:
    assert ticket.status in lifecycle.STATUSES  # noqa: S101  CHECKed by the table
    status = "cancelled" if withdrawn else ticket.status
    due = ticket.due_at.astimezone(UTC) if ticket.due_at else None
    return PortalGiven(
        file_number=number,
        code=ticket.code,
        service=ticket.service,
        status=status,
        stage_vi=care.stages[status],
        due_at=due,
    )
