"""Billing from our own tables."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.billing.source import MONTHS, PAYMENTS, Invoice, MeterGiven, PaymentGiven, ReadingGiven, Statement
from care.billing.tables import Meter, Payment, Reading
from care.database import Database
from care.due import UTC
from care.tables import Bill, Customer, Station


class TableBilling:
    """Reads `care.meter`, `reading`, `bill` and `payment`; a contract costs the same among a million."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def statement(self, code: str) -> Statement | None:
        """See `Billing`."""
        with self._database.transaction() as session:
            station = select(Station.reading_day).join(Customer, Customer.station == Station.code)
            row = session.execute(station.where(Customer.code == code)).first()
            if row is None:
                return None
            unpaid = select(func.sum(Bill.total)).where(Bill.customer_code == code, ~Bill.paid)
            return Statement(
                code=code,
                reading_day=row[0],
                meters=_meters(session, code),
                readings=_readings(session, code),
                invoices=_invoices(session, code),
                payments=_payments(session, code),
                debt=int(session.scalar(unpaid) or 0),
            )


def _meters(session: Session, code: str) -> list[MeterGiven]:
    meters = select(Meter).where(Meter.customer_code == code).order_by(Meter.installed_at.desc(), Meter.number)
    return [
        MeterGiven(number=one.number, kind=one.kind, phases=one.phases, installed_at=one.installed_at)
        for one in session.scalars(meters)
    ]


def _readings(session: Session, code: str) -> list[ReadingGiven]:
    readings = select(Reading).where(Reading.customer_code == code).order_by(Reading.period.desc()).limit(MONTHS)
    return [
        ReadingGiven(
            period=one.period,
            from_=one.from_day,
            to=one.to_day,
            old=one.old,
            new=one.new,
            kwh=one.kwh,
            read_at=one.read_at,
        )
        for one in session.scalars(readings)
    ]


def _invoices(session: Session, code: str) -> list[Invoice]:
    bills = session.scalars(select(Bill).where(Bill.customer_code == code).order_by(Bill.period.desc()).limit(MONTHS))
    of_code = select(Payment.period, func.max(Payment.paid_at)).where(Payment.customer_code == code)
    paid_at = {period: at.astimezone(UTC) for period, at in session.execute(of_code.group_by(Payment.period))}
    return [
        Invoice(
            number=one.number,
            period=one.period,
            kwh=one.kwh,
            ex_vat=one.ex_vat,
            vat=one.total - one.ex_vat if one.ex_vat is not None else None,
            total=one.total,
            paid=one.paid,
            issued_at=one.issued_at,
            due_at=one.due_at,
            paid_at=paid_at.get(one.period) if one.paid else None,
        )
        for one in bills
    ]


def _payments(session: Session, code: str) -> list[PaymentGiven]:
    payments = select(Payment).where(Payment.customer_code == code).order_by(Payment.paid_at.desc(), Payment.id.desc())
    return [
        PaymentGiven(
            paid_at=one.paid_at.astimezone(UTC),
            amount=one.amount,
            channel=one.channel,
            reference=one.reference,
            period=one.period,
        )
        for one in session.scalars(payments.limit(PAYMENTS))
    ]
