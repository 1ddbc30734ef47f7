"""The tables of meters, readings and payments; migrations/versions/0014_billing.py says what keeps them true.

Invoices are care.tables.Bill. All are read from the customer: each look-up walks one short range of one index.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Table


class Meter(Table):
    """A meter of a contract."""

    __tablename__ = "meter"
    number: Mapped[str] = mapped_column(primary_key=True)
    customer_code: Mapped[str] = mapped_column(ForeignKey("care.customer.code"))
    kind: Mapped[str]
    phases: Mapped[int]
    installed_at: Mapped[date]


class Reading(Table):
    """What a contract's meter showed before and after a period."""

    __tablename__ = "reading"
    customer_code: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    from_day: Mapped[date]
    to_day: Mapped[date]
    read_at: Mapped[date]
    old: Mapped[int]
    new: Mapped[int]
    kwh: Mapped[int]


class Payment(Table):
    """Money received for one period's invoice; several may pay one."""

    __tablename__ = "payment"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    paid_at: Mapped[datetime]
    customer_code: Mapped[str]
    period: Mapped[str]
    channel: Mapped[str]
    reference: Mapped[str]
