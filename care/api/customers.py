"""/api/v1/customers: private, for our own processes."""

from __future__ import annotations

from flask import Response

from care import customers
from care.api.calls import blueprint, shown, wired
from care.shapes import CustomerGiven, CustomerPage, CustomerQuery

bp = blueprint("customers")


@bp.get("/customers")
@bp.input(CustomerQuery, location="query")
@bp.output(CustomerPage)
@bp.doc(summary="Find customers, by code")
def list_customers(query_data: CustomerQuery) -> Response:
    """All filters together; a filter left out does not filter."""
    return shown(customers.customer_page(wired(), query_data))


@bp.get("/customers/<code>")
@bp.output(CustomerGiven)
@bp.doc(summary="One customer with bills", responses=[404])
def get_customer(code: str) -> Response:
    """404 when there is no such customer."""
    return shown(customers.customer_by_code(wired(), code))
