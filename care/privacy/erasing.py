"""Blanking a person in everything that is over: tickets, files, letters, notices, kept answers. One commit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from care.attachments.keeping import drop_bytes, drop_files
from care.attachments.store import Store
from care.identity.tables import OneTimeCode, Verified
from care.incidents.tables import OutageFollower, Report
from care.lifecycle import ENDED
from care.mail.tables import MailIn, MailOut, MailThread
from care.notices.tables import NoticeRow
from care.privacy.desk import contracts_of, theirs
from care.privacy.shapes import Erased, PersonAsked
from care.tables import Idempotency, Json, Ticket, TicketEvent
from care.ticket_views import ticket_given
from care.ticket_words import search_key
from care.wired import Care

KEPT_CONTRACT = "hợp đồng và hóa đơn: luật buộc lưu khi hợp đồng còn hiệu lực"
KEPT_OPEN = "phiếu đang xử lý: {codes}"
KEPT_EVENTS = "mã phiếu và các mốc xử lý, không còn thông tin cá nhân"


def erase(care: Care, store: Store, asked: PersonAsked) -> Erased:
    """Blank the person in everything that is over; what is open or the law keeps stays and is told.

    Raises StoreFailed when a file could not be dropped: nothing is blanked then, to be asked again.
    """
    now = care.now()
    with care.database.transaction() as session:
        whose, ended = theirs(asked), Ticket.status.in_(tuple(ENDED))
        over = session.scalars(select(Ticket).where(whose, ended).order_by(Ticket.id).with_for_update()).all()
        open_codes = session.scalars(select(Ticket.code).where(whose, ~ended)).all()
        for ticket in over:
            _blank(ticket)
            note = f"by request {asked.request}" if asked.request else None
            session.add(TicketEvent(ticket_id=ticket.id, at=now, by=asked.by, event="erased", note=note, facts=None))
        session.flush()
        numbers = [ticket.id for ticket in over]
        hashes = drop_files(session, numbers)
        notices, letters = _blank_around(session, over, asked.conversation_id)
        kept = [KEPT_EVENTS] if over else []
        if contracts_of(session, asked):
            kept.append(KEPT_CONTRACT)
        if open_codes:
            kept.append(KEPT_OPEN.format(codes=", ".join(open_codes)))
        drop_bytes(session, store, hashes)
        session.commit()
    return Erased(tickets=len(numbers), notices=notices, letters=letters, files=len(hashes), kept=kept)


def _blank(ticket: Ticket) -> None:
    place: Json = {name: ticket.address[name] for name in ("ward", "province") if name in ticket.address}
    ticket.contact_name = ticket.phone = ticket.email = ticket.description = None
    ticket.conversation_id = ticket.customer_code = None
    ticket.address, ticket.details = place, {}
    ticket.search_key = search_key(ticket.code, None, None, address=place)
    ticket.version += 1


def _blank_around(session: Session, over: Sequence[Ticket], conversation_id: str | None) -> tuple[int, int]:
    """What hangs on the tickets and on the conversation; how many notices and letters."""
    numbers, codes = [ticket.id for ticket in over], [ticket.code for ticket in over]
    session.execute(
        update(TicketEvent)
        .where(TicketEvent.ticket_id.in_(numbers), TicketEvent.event.in_(("changed", "note")))
        .values(facts=None, note=None)
    )
    # Reports stay apart from one another, so that an incident's count of people is still right.
    nobody = func.concat("erased ", Report.ticket_id)
    session.execute(update(Report).where(Report.ticket_id.in_(numbers)).values(person=nobody))
    _blank_answers(session, over)
    session.execute(delete(MailThread).where(MailThread.ticket_id.in_(numbers)))
    session.execute(delete(MailOut).where(MailOut.ticket_id.in_(numbers), MailOut.status != "waiting"))
    about: ColumnElement[bool] = NoticeRow.about.in_(codes)
    if conversation_id:
        about = or_(about, (NoticeRow.conversation_id == conversation_id) & (NoticeRow.status != "waiting"))
        session.execute(delete(Verified).where(Verified.conversation_id == conversation_id))
        session.execute(delete(OneTimeCode).where(OneTimeCode.conversation_id == conversation_id))
        session.execute(delete(OutageFollower).where(OutageFollower.conversation_id == conversation_id))
    notices = session.execute(delete(NoticeRow).where(about).returning(NoticeRow.id)).all()
    blanked = update(MailIn).where(MailIn.ticket_id.in_(numbers)).values(raw=None, sender="", message_id=None)
    letters = session.execute(blanked.returning(MailIn.id)).all()
    return len(notices), len(letters)


def _blank_answers(session: Session, over: Sequence[Ticket]) -> None:
    """Answers that are kept for calls that come again show the ticket as it is now."""
    now_of = {ticket.code: ticket_given(session, ticket).model_dump_json() for ticket in over}
    if not now_of:
        return
    named = or_(*(Idempotency.answer.contains(f'"code":"{code}"') for code in now_of))
    for kept in session.scalars(select(Idempotency).where(named)):
        kept.answer = next(text for code, text in now_of.items() if f'"code":"{code}"' in (kept.answer or ""))
