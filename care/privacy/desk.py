"""What is kept of a person: shown whole, blanked, or not to be used. Each use case is one commit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from care.billing.source import Billing
from care.customers import given_customers
from care.identity.tables import OneTimeCode, Verified
from care.lifecycle import ENDED
from care.mail.tables import MailIn, MailOut, MailThread
from care.notices.tables import NoticeRow
from care.privacy.log import given
from care.privacy.shapes import Erased, Person, PersonAsked, PersonData, Restricted, Restriction
from care.privacy.tables import Access
from care.tables import Customer, Json, Ticket, TicketEvent
from care.ticket_views import tickets_given
from care.ticket_words import search_key
from care.wired import Care

MOST = 1_000
KEPT_CONTRACT = "hợp đồng và hóa đơn: luật buộc lưu khi hợp đồng còn hiệu lực"
KEPT_OPEN = "phiếu đang xử lý: {codes}"
KEPT_EVENTS = "mã phiếu và các mốc xử lý, không còn thông tin cá nhân"


def everything(care: Care, billing: Billing, person: Person) -> PersonData:
    """All that is kept of a person, of at most a thousand tickets; raises BillingUnavailable rather than leave some out."""
    with care.database.transaction() as session:
        codes = [one.code for one in _contracts(session, person)]
    # The billing system may be slow: no transaction waits for it.
    statements = [found for code in codes if (found := billing.statement(code)) is not None]
    accounts = [one.model_dump(mode="json") for one in statements]
    with care.database.transaction() as session:
        contracts = _contracts(session, person)
        tickets = session.scalars(select(Ticket).where(_theirs(person)).order_by(Ticket.id).limit(MOST)).all()
        codes = [ticket.code for ticket in tickets]
        about: ColumnElement[bool] = NoticeRow.about.in_(codes)
        if person.conversation_id:
            about = or_(about, NoticeRow.conversation_id == person.conversation_id)
        notices = session.scalars(select(NoticeRow).where(about).limit(MOST)).all()
        letters = session.scalars(
            select(MailIn).where(MailIn.ticket_id.in_([one.id for one in tickets])).limit(MOST)
        ).all()
        whose = [*codes, *(one.code for one in contracts)]
        accesses = session.scalars(select(Access).where(Access.whose.in_(whose)).order_by(Access.id).limit(MOST)).all()
        return PersonData(
            contracts=[one.model_dump(mode="json") for one in given_customers(session, contracts)],
            accounts=accounts,
            tickets=[one.model_dump(mode="json") for one in tickets_given(session, tickets, reveal=True)],
            notices=[{"at": one.created_at.isoformat(), "text": one.text, "status": one.status} for one in notices],
            letters=[
                {"at": one.received_at.isoformat(), "sender": one.sender, "message_id": one.message_id}
                for one in letters
            ],
            accesses=[given(one).model_dump(mode="json") for one in accesses],
        )


def erase(care: Care, asked: PersonAsked) -> Erased:
    """Blank the person in everything that is over; what is open or the law keeps stays and is told."""
    now = care.now()
    with care.database.transaction() as session:
        ended = Ticket.status.in_(tuple(ENDED))
        theirs = _theirs(asked)
        over = session.scalars(select(Ticket).where(theirs, ended).order_by(Ticket.id).with_for_update()).all()
        open_codes = session.scalars(select(Ticket.code).where(theirs, ~ended)).all()
        numbers = [ticket.id for ticket in over]
        for ticket in over:
            place: Json = {name: ticket.address[name] for name in ("ward", "province") if name in ticket.address}
            ticket.contact_name = ticket.phone = ticket.email = ticket.description = None
            ticket.conversation_id = ticket.customer_code = None
            ticket.address, ticket.details = place, {}
            ticket.search_key = search_key(ticket.code, None, None, address=place)
            ticket.version += 1
            note = f"by request {asked.request}" if asked.request else None
            session.add(TicketEvent(ticket_id=ticket.id, at=now, by=asked.by, event="erased", note=note, facts=None))
        session.flush()
        session.execute(
            update(TicketEvent)
            .where(TicketEvent.ticket_id.in_(numbers), TicketEvent.event.in_(("changed", "note")))
            .values(facts=None, note=None)
        )
        notices = session.execute(delete(NoticeRow).where(NoticeRow.about.in_([one.code for one in over])))
        letters = session.execute(
            update(MailIn).where(MailIn.ticket_id.in_(numbers)).values(raw=None, sender="", message_id=None)
        )
        session.execute(delete(MailThread).where(MailThread.ticket_id.in_(numbers)))
        session.execute(delete(MailOut).where(MailOut.ticket_id.in_(numbers), MailOut.status != "waiting"))
        if asked.conversation_id:
            session.execute(delete(Verified).where(Verified.conversation_id == asked.conversation_id))
            session.execute(delete(OneTimeCode).where(OneTimeCode.conversation_id == asked.conversation_id))
        kept = [KEPT_EVENTS] if over else []
        if _contracts(session, asked):
            kept.append(KEPT_CONTRACT)
        if open_codes:
            kept.append(KEPT_OPEN.format(codes=", ".join(open_codes)))
        counts = (len(over), notices.rowcount, letters.rowcount)  # type: ignore[attr-defined]  # of a DELETE and an UPDATE
        session.commit()
    return Erased(tickets=counts[0], notices=counts[1], letters=counts[2], kept=kept)


def restrict(care: Care, asked: Restriction) -> Restricted:
    """Contracts whose name and phones are shown to nobody while restricted, or are again."""
    with care.database.transaction() as session:
        contracts = _contracts(session, asked)
        for contract in contracts:
            contract.restricted_at = care.now() if asked.restricted else None
        codes = [contract.code for contract in contracts]
        session.commit()
    return Restricted(customer_codes=codes)


def _contracts(session: Session, person: Person) -> Sequence[Customer]:
    ways: list[ColumnElement[bool]] = []
    if person.customer_code:
        ways.append(Customer.code == person.customer_code)
    if person.phone:
        ways.append(Customer.phones.contains([person.phone]))
    return session.scalars(select(Customer).where(or_(*ways)).order_by(Customer.code)).all() if ways else []


def _theirs(person: Person) -> ColumnElement[bool]:
    """Tickets that name the person in any way that was given."""
    ways = {
        "customer_code": person.customer_code,
        "phone": person.phone,
        "conversation_id": person.conversation_id,
        "email": person.email,
    }
    return or_(*(getattr(Ticket, name) == value for name, value in ways.items() if value))
