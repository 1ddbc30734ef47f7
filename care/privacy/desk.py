"""What is kept of a person: shown whole, put right, or not to be used. Each use case is one commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pydantic import JsonValue
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from care.attachments.tables import Attachment
from care.billing.source import Billing
from care.customers import contract, given_customers
from care.mail.tables import MailIn
from care.notices.tables import NoticeRow
from care.privacy.log import given
from care.privacy.shapes import Corrected, Correction, Person, PersonData, Restricted, Restriction
from care.privacy.tables import Access
from care.tables import Customer, Json, Ticket, TicketEvent
from care.ticket_rows import ticket_row
from care.ticket_views import tickets_given
from care.wired import Care

MOST = 1_000


def everything(care: Care, billing: Billing, person: Person) -> PersonData:
    """All that is kept of a person, of at most a thousand tickets; raises BillingUnavailable rather than leave some out."""
    with care.database.transaction() as session:
        codes = [one.code for one in contracts_of(session, person)]
    # The billing system may be slow: no transaction waits for it.
    statements = [found for code in codes if (found := billing.statement(code)) is not None]
    accounts = [one.model_dump(mode="json") for one in statements]
    with care.database.transaction() as session:
        contracts = contracts_of(session, person)
        tickets = session.scalars(select(Ticket).where(theirs(person)).order_by(Ticket.id).limit(MOST)).all()
        codes = [ticket.code for ticket in tickets]
        about: ColumnElement[bool] = NoticeRow.about.in_(codes)
        if person.conversation_id:
            about = or_(about, NoticeRow.conversation_id == person.conversation_id)
        notices = session.scalars(select(NoticeRow).where(about).limit(MOST)).all()
        letters = session.scalars(
            select(MailIn).where(MailIn.ticket_id.in_([one.id for one in tickets])).limit(MOST)
        ).all()
        files = session.execute(
            select(Ticket.code, Attachment.name, Attachment.size, Attachment.at)
            .join(Ticket, Ticket.id == Attachment.ticket_id)
            .where(Attachment.ticket_id.in_([one.id for one in tickets]))
            .order_by(Attachment.id)
            .limit(MOST)
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
            files=[{"ticket": one.code, "name": one.name, "size": one.size, "at": one.at.isoformat()} for one in files],
            accesses=[given(one).model_dump(mode="json") for one in accesses],
        )


def correct(care: Care, asked: Correction) -> Corrected:
    """Put a contract's name or phones right; old and new stay in the history of the request's ticket, if one is named.

    Raises NotFound for a contract or request that is not one.
    """
    with care.database.transaction() as session:
        # As everywhere: the ticket's row before others.
        ticket = ticket_row(session, asked.request, lock=True) if asked.request else None
        row = contract(session, asked.customer_code)
        wanted: dict[str, JsonValue] = {"name": asked.name, "phones": cast("JsonValue", asked.phones)}
        changes: Json = {
            f"contract {name}": {"from": getattr(row, name), "to": new}
            for name, new in wanted.items()
            if new is not None and new != getattr(row, name)
        }
        for name, new in wanted.items():
            if new is not None:
                setattr(row, name, new)
        if ticket is not None and changes:
            ticket.version += 1
            event = {"by": asked.by, "event": "changed", "note": ", ".join(changes), "facts": changes}
            session.add(TicketEvent(ticket_id=ticket.id, at=care.now(), **event))
        code = row.code
        session.commit()
    return Corrected(customer_code=code, changed=[name.removeprefix("contract ") for name in changes])


def restrict(care: Care, asked: Restriction) -> Restricted:
    """Contracts whose name and phones are shown to nobody while restricted, or are again."""
    with care.database.transaction() as session:
        contracts = contracts_of(session, asked)
        for contract in contracts:
            contract.restricted_at = care.now() if asked.restricted else None
        codes = [contract.code for contract in contracts]
        session.commit()
    return Restricted(customer_codes=codes)


def contracts_of(session: Session, person: Person) -> Sequence[Customer]:
    """Contracts that name the person."""
    ways: list[ColumnElement[bool]] = []
    if person.customer_code:
        ways.append(Customer.code == person.customer_code)
    if person.phone:
        ways.append(Customer.phones.contains([person.phone]))
    return session.scalars(select(Customer).where(or_(*ways)).order_by(Customer.code)).all() if ways else []


def theirs(person: Person) -> ColumnElement[bool]:
    """Tickets that name the person in any way that was given."""
    ways = {
        "customer_code": person.customer_code,
        "phone": person.phone,
        "conversation_id": person.conversation_id,
        "email": person.email,
    }
    return or_(*(getattr(Ticket, name) == value for name, value in ways.items() if value))
