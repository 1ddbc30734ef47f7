"""A contract with a meter, readings, invoices and payments of fifteen months, and proof of whose it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import psycopg
import pytest

from care.due import UTC
from care.identity.tables import Verified
from care.wired import Care
from tests.care.incidents.conftest import customer, network  # noqa: F401  the network's fixture

CODE = customer("T11", 0)
FIRST = date(2025, 3, 1)
MONTHS = 15  # March 2025 to May 2026, read on the last day; the clock of the tests begins on 1 June 2026


def month(number: int) -> tuple[date, date]:
    """First and last day of the month that many after the first."""
    first = date(FIRST.year + (FIRST.month - 1 + number) // 12, (FIRST.month - 1 + number) % 12 + 1, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@pytest.fixture
def billed(network: str) -> str:  # noqa: F811
    """The contract's code; March 2025 and May 2026 are unpaid, April 2026 was paid in two parts."""
    with psycopg.connect(network.replace("postgresql+psycopg://", "postgresql://")) as connection:
        connection.execute("UPDATE care.station SET reading_day = 31")
        connection.execute("INSERT INTO care.meter VALUES ('19001', %s, 'electronic', 1, '2019-05-20')", [CODE])
        for number in range(MONTHS):
            _month(connection, number)
        connection.commit()
    return CODE


def _month(connection: psycopg.Connection, number: int) -> None:
    first, last = month(number)
    period, kwh = f"{first:%Y-%m}", 100 + number
    paid = number not in (0, MONTHS - 1)
    connection.execute(
        "INSERT INTO care.reading (customer_code, period, from_day, to_day, old, new, kwh, read_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [CODE, period, first, last, 1_000 + 100 * number, 1_000 + 100 * number + kwh, kwh, last],
    )
    connection.execute(
        "INSERT INTO care.bill (customer_code, period, kwh, total, paid, due_at, number, ex_vat, issued_at)"
        " VALUES (%s, %s, %s, 216000, %s, %s, %s, 200000, %s)",
        [CODE, period, kwh, paid, last + timedelta(days=12), f"HD{number}", last + timedelta(days=2)],
    )
    parts = [100_000, 116_000] if number == MONTHS - 2 else [216_000] if paid else []
    for part, amount in enumerate(parts):
        at = datetime(last.year, last.month, last.day, 3, tzinfo=UTC) + timedelta(days=4 + part)
        connection.execute(
            "INSERT INTO care.payment (customer_code, period, amount, channel, paid_at, reference)"
            " VALUES (%s, %s, %s, 'MoMo', %s, %s)",
            [CODE, period, amount, at, f"GD{number}.{part}"],
        )


def verify(care: Care, conversation: str, code: str) -> None:
    """As after the right one-time code."""
    with care.database.transaction() as session:
        session.add(
            Verified(conversation_id=conversation, customer_code=code, until=care.now() + timedelta(minutes=15))
        )
        session.commit()
