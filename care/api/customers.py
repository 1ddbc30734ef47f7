"""/api/v1/customers: private, for our own processes."""

from __future__ import annotations

from flask import Response

from care import customers
from care.api.calls import billing, blueprint, seen, seen_by_person, shown, wired
from care.billing.account import AccountGiven, AccountQuery, account
from care.shapes import CustomerGiven, CustomerPage, CustomerQuery

bp = blueprint("customers")
ACCOUNT = {
    "code": "PB04010012345",
    "tariff_group": "residential",
    "households": 1,
    "reading_day": 31,
    "meters": [{"number": "1900012345", "kind": "electronic", "phases": 1, "installed_at": "2019-05-20"}],
    "readings": [
        {
            "period": "2026-10",
            "from": "2026-10-01",
            "to": "2026-10-31",
            "old": 14210,
            "new": 14410,
            "kwh": 200,
            "read_at": "2026-10-31",
        }
    ],
    "invoices": [
        {
            "number": "HD26100012345",
            "period": "2026-10",
            "kwh": 200,
            "ex_vat": 439700,
            "vat": 35176,
            "total": 474876,
            "paid": True,
            "status": "paid",
            "issued_at": "2026-11-02",
            "due_at": "2026-11-12",
            "paid_at": "2026-11-05T02:14:00Z",
        }
    ],
    "payments": [
        {
            "paid_at": "2026-11-05T02:14:00Z",
            "amount": 474876,
            "channel": "MoMo",
            "reference": "GD26100012345",
            "period": "2026-10",
        }
    ],
    "debt": 0,
}


@bp.get("/customers")
@bp.input(CustomerQuery, location="query")
@bp.output(CustomerPage)
@bp.doc(summary="Find customers, by code")
def list_customers(query_data: CustomerQuery) -> Response:
    """All filters together; a filter left out does not filter."""
    page = customers.customer_page(wired(), query_data)
    # A look-up by phone is somebody's; whole provinces are read by our own processes.
    note = seen if query_data.phone is not None else seen_by_person
    note(*(one.code for one in page.items))
    return shown(page)


@bp.get("/customers/<code>")
@bp.output(CustomerGiven)
@bp.doc(summary="One customer with bills", responses=[404])
def get_customer(code: str) -> Response:
    """404 when there is no such customer."""
    given = customers.customer_by_code(wired(), code)
    seen(given.code)
    return shown(given)


@bp.get("/customers/<code>/account")
@bp.input(AccountQuery, location="query")
@bp.output(AccountGiven, example=ACCOUNT)
@bp.doc(
    summary="What a customer used, owes and paid",
    responses={
        403: "The conversation is not verified for this contract",
        404: "Not found",
        503: "The billing system or the database does not answer",
    },
)
def get_account(code: str, query_data: AccountQuery) -> Response:
    """With `conversation_id` only for a conversation that proved by one-time code to be the contract's; without it for
    clerks. Either the whole account is answered or none of it. Each access is logged."""
    given = account(wired(), billing(), code, query_data)
    seen(given.code)
    return shown(given)
