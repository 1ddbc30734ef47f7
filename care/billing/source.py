"""The port to whoever bills: a contract's meters, readings, invoices, payments and debt."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Protocol

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from care.shapes import Given

# How much of a contract's past an account shows: a year with the same month of the year before, and its payments.
MONTHS = 13
PAYMENTS = 20

Period = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Dong = Annotated[int, Field(ge=0, lt=10**15)]
Kwh = Annotated[int, Field(ge=0, lt=10**10)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class MeterGiven(Given):
    """A meter; `kind` as the billing system calls it (ours: `electronic`, `mechanical`)."""

    number: Name
    kind: Name
    phases: Annotated[int, Field(ge=1, le=3)]
    installed_at: date


class ReadingGiven(Given):
    """What the meter showed at both ends of a period; `kwh` is not `new` less `old` where it passed its last number."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    period: Period
    from_: Annotated[date, Field(alias="from")]
    to: date
    old: Kwh
    new: Kwh
    kwh: Kwh
    read_at: date


class Invoice(Given):
    """One period's invoice in đồng; `paid_at` is the last payment, None while unpaid or when it is not known."""

    number: Name | None
    period: Period
    kwh: Kwh
    ex_vat: Dong | None
    vat: Dong | None
    total: Dong
    paid: bool
    issued_at: date | None
    due_at: date
    paid_at: AwareDatetime | None


class PaymentGiven(Given):
    """Money received for a period's invoice, `channel` as the customer knows it."""

    paid_at: AwareDatetime
    amount: Dong
    channel: Name
    reference: Name
    period: Period


class Statement(Given):
    """All that billing knows of one contract, in any order.

    `reading_day` is the day of the month (31: the last one) or None. `debt` counts every unpaid invoice, older ones than
    those listed included.
    """

    code: Name
    reading_day: Annotated[int, Field(ge=1, le=31)] | None
    meters: list[MeterGiven]
    readings: list[ReadingGiven]
    invoices: list[Invoice]
    payments: list[PaymentGiven]
    debt: Dong


class Billing(Protocol):
    """Knows what contracts used, owe and paid."""

    def statement(self, code: str) -> Statement | None:
        """The contract's statement, whole; None when there is no such contract. Raises BillingUnavailable."""
