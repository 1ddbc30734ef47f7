"""A contract's account: what was measured, billed, paid and is owed. Private, so there is one gate to it."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Literal

from care.billing.source import MONTHS, PAYMENTS, Billing, Invoice, MeterGiven, PaymentGiven, ReadingGiven
from care.customers import contract
from care.due import VIETNAM
from care.errors import NotFound, NotVerified
from care.identity import codes
from care.shapes import Given, Sent
from care.values import ConversationId, stored_code
from care.wired import Care

Standing = Literal["paid", "unpaid", "overdue"]


class AccountQuery(Sent):
    """For whom: a conversation that must be verified for the contract; None is a clerk or a process of ours."""

    conversation_id: ConversationId | None = None


class InvoiceGiven(Invoice):
    """An invoice as it stands today."""

    status: Standing


class AccountGiven(Given):
    """A contract's account, lists newest first; `debt` in đồng is all that is unpaid."""

    code: str
    tariff_group: str
    households: int
    reading_day: int | None
    meters: list[MeterGiven]
    readings: list[ReadingGiven]
    invoices: list[InvoiceGiven]
    payments: list[PaymentGiven]
    debt: int


def account(care: Care, billing: Billing, code: str, asked: AccountQuery) -> AccountGiven:
    """The account of a contract.

    Raises NotVerified for a conversation that did not prove to be the contract's (whether or not there is such a
    contract), NotFound, BillingUnavailable.
    """
    code = stored_code(code)
    if asked.conversation_id is not None and not codes.verified(care, asked.conversation_id, code).verified:
        raise NotVerified
    with care.database.transaction() as session:
        customer = contract(session, code)
        group, households = customer.tariff_group, customer.households
    # The transaction is over: a slow billing system holds no connection to the database.
    statement = billing.statement(code)
    if statement is None:
        raise NotFound("account", code)
    today = care.now().astimezone(VIETNAM).date()
    invoices = sorted(statement.invoices, key=attrgetter("period"), reverse=True)[:MONTHS]
    return AccountGiven(
        code=code,
        tariff_group=group,
        households=households,
        reading_day=statement.reading_day,
        meters=statement.meters,
        readings=sorted(statement.readings, key=attrgetter("period"), reverse=True)[:MONTHS],
        invoices=[InvoiceGiven(**dict(one), status=standing(one, today)) for one in invoices],
        payments=sorted(statement.payments, key=attrgetter("paid_at"), reverse=True)[:PAYMENTS],
        debt=statement.debt,
    )


def standing(invoice: Invoice, today: date) -> Standing:
    """How an invoice stands; its last day to pay is not overdue yet. Pure."""
    if invoice.paid:
        return "paid"
    return "overdue" if invoice.due_at < today else "unpaid"
