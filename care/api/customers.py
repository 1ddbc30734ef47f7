"""/api/v1/customers: private, for our own processes."""

from __future__ import annotations

from flask import Response

from care import customers
from care.api.calls import blueprint, seen, shown, wired
from care.shapes import CustomerGiven, CustomerPage, CustomerQuery

bp = blueprint("customers")


@bp.get("/customers")
@bp.input(CustomerQuery, location="query")
@bp.output(CustomerPage)
@bp.doc(summary="Find customers, by code")
def list_customers(query_data: CustomerQuery) -> Response:
    """All filters together; a filter left out does not filter."""
    page = customers.customer_page(wired(), query_data)
    if query_data.phone is not None:
        seen(*(one.code for one in page.items))
    return shown(page)


@bp.get("/customers/<code>")
@bp.output(CustomerGiven)
@bp.doc(summary="One customer with bills", responses=[404])
def get_customer(code: str) -> Response:
    """404 when there is no such customer."""
    given = customers.customer_by_code(wired(), code)
    seen(given.code)
    return shown(given)
