"""Customers with their bills. Private: only our own processes reach this API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import any_, func, select
from sqlalchemy.orm import Session

from care.errors import Invalid, NotFound
from care.paging import cursor_of, place_of
from care.place import province_name
from care.shapes import BillGiven, CustomerGiven, CustomerPage, CustomerQuery
from care.tables import Bill, Customer
from care.values import stored_code
from care.wired import Care


def customer_by_code(care: Care, code: str) -> CustomerGiven:
    """One customer; raises NotFound."""
    with care.database.transaction() as session:
        return given_customers(session, [contract(session, code)])[0]


def contract(session: Session, code: str) -> Customer:
    """The customer's row, by the code as people type it; raises NotFound."""
    known = stored_code(code)
    customer = session.get(Customer, known) if known.isalnum() and known.isascii() else None
    if customer is None:
        raise NotFound("customer", code)
    return customer


def customer_page(care: Care, query: CustomerQuery) -> CustomerPage:
    """The customers that fit all filters, by code. Raises Invalid for an unknown province."""
    wanted = select(Customer).order_by(Customer.code).limit(query.limit + 1)
    if query.phone is not None:
        # As an array made first: joined, the planner walks the codes in order and looks for the phone in each of a million.
        of_phone = select(Customer.code).where(Customer.phones.contains([query.phone]))
        wanted = wanted.where(Customer.code == any_(func.array(of_phone.scalar_subquery())))
    if query.province is not None:
        wanted = wanted.where(Customer.province == known_province(query.province))
    if query.station is not None:
        wanted = wanted.where(Customer.station == query.station)
    if query.cursor is not None:
        wanted = wanted.where(Customer.code > place_of(query.cursor, (str,))[0])
    with care.database.transaction() as session:
        customers = list(session.scalars(wanted))
        items = given_customers(session, customers[: query.limit])
    more = len(customers) > query.limit
    return CustomerPage(items=items, next=cursor_of((customers[query.limit - 1].code,)) if more else None)


def known_province(text: str) -> str:
    """A province as the catalogue spells it, old names included; raises Invalid."""
    name = province_name(text)
    if name is None:
        raise Invalid("province", "there is no such province")
    return name


def given_customers(session: Session, customers: Sequence[Customer]) -> list[CustomerGiven]:
    """The shapes of these customers with their bills."""
    bills = defaultdict[str, list[BillGiven]](list)
    of_these = select(Bill).where(Bill.customer_code.in_([customer.code for customer in customers]))
    for bill in session.scalars(of_these.order_by(Bill.period.desc())):
        shape = BillGiven(period=bill.period, kwh=bill.kwh, total=bill.total, paid=bill.paid, due_at=bill.due_at)
        bills[bill.customer_code].append(shape)
    return [_shape(customer, bills[customer.code]) for customer in customers]


def _shape(customer: Customer, bills: list[BillGiven]) -> CustomerGiven:
    return CustomerGiven(
        code=customer.code,
        name="" if customer.restricted_at is not None else customer.name,
        phones=[] if customer.restricted_at is not None else customer.phones,
        address=customer.address,
        ward=customer.ward,
        province=customer.province,
        tariff_group=customer.tariff_group,
        households=customer.households,
        station=customer.station,
        feeder=customer.feeder,
        centre=customer.centre,
        bills=bills,
    )
