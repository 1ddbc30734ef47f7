"""Invented accounts: exact to the đồng, one chain of readings, seasons, jumps, a few debts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest

from care.billing.estimate import estimate
from care.billing.shapes import EstimateAsked
from care.catalogue import load
from care.demo import ensure_demo
from care.demo.months import months
from care.due import VIETNAM
from tests.care.conftest import Api, Clock

NOW = datetime(2026, 7, 20, 3, tzinfo=UTC)
CUSTOMERS = 1_600


@pytest.fixture
def demo(database_url: str, clock: Clock) -> Iterator[psycopg.Connection]:
    clock.moment = NOW
    ensure_demo(database_url, print, NOW, customers=CUSTOMERS)
    with psycopg.connect(database_url) as connection:
        yield connection


def test_every_amount_is_what_the_estimate_says(demo: psycopg.Connection):
    tariffs = load().tariffs
    query = (
        "SELECT DISTINCT c.tariff_group, c.households, b.kwh, b.issued_at, b.ex_vat, b.total"
        "  FROM care.bill b JOIN care.customer c ON c.code = b.customer_code"
        " WHERE right(c.code, 1) = '7' ORDER BY b.kwh"
    )
    rows = demo.execute(query).fetchall()
    assert {group for group, *_ in rows} == {"residential", "business", "production", "administrative"}
    for group, households, kwh, issued, ex_vat, total in rows:
        asked = EstimateAsked(kwh=kwh, tariff_group=group, households=households, date=issued)
        given = estimate(tariffs, asked, issued)
        assert (ex_vat, total) == (given.ex_vat, given.total)
        assert given.confirmed


def test_readings_follow_one_another_and_are_what_is_billed(demo: psycopg.Connection):
    chain = defaultdict[str, list[tuple[date, date, int, int]]](list)
    rows = demo.execute(
        "SELECT r.customer_code, r.from_day, r.to_day, r.read_at, r.old, r.new, r.kwh, b.kwh, r.period, s.reading_day"
        "  FROM care.reading r JOIN care.bill b USING (customer_code, period)"
        "  JOIN care.customer c ON c.code = r.customer_code JOIN care.station s ON s.code = c.station"
        " ORDER BY r.customer_code, r.period"
    ).fetchall()
    assert len(rows) == 13 * CUSTOMERS
    for code, first, last, read, old, new, kwh, billed, period, reading_day in rows:
        assert (new - old, kwh, read, period) == (kwh, billed, last, f"{last:%Y-%m}")
        assert last.day == reading_day or (last + timedelta(days=1)).day == 1 < reading_day
        chain[code].append((first, last, old, new))
    for links in chain.values():
        assert len(links) == 13
        for (_, last, _, new), (first, _, old, _) in pairwise(links):
            assert (first, old) == (last + timedelta(days=1), new)


def test_nothing_belongs_to_nobody(demo: psycopg.Connection):
    for table in ("meter", "reading", "bill", "payment"):
        orphans = demo.execute(
            f"SELECT count(*) FROM care.{table} t LEFT JOIN care.customer c ON c.code = t.customer_code"
            " WHERE c.code IS NULL"
        )
        assert orphans.fetchone() == (0,)
    one_each = demo.execute("SELECT count(*), count(DISTINCT customer_code) FROM care.meter").fetchone()
    assert one_each == (CUSTOMERS, CUSTOMERS)
    works = "SELECT DISTINCT phases FROM care.meter m JOIN care.customer c ON c.code = m.customer_code"
    assert demo.execute(works + " WHERE tariff_group = 'production'").fetchall() == [(3,)]


def test_what_is_paid_has_its_payment_and_what_is_not_has_none(demo: psycopg.Connection):
    rows = demo.execute(
        "SELECT b.paid, b.total, p.amount, b.issued_at, b.due_at, p.paid_at"
        "  FROM care.bill b FULL JOIN care.payment p USING (customer_code, period)"
    ).fetchall()
    assert len(rows) == 13 * CUSTOMERS
    for paid, total, amount, issued, due, at in rows:
        assert amount == (total if paid else None)
        if paid:
            assert issued <= at.astimezone(VIETNAM).date() <= due
            assert at < NOW


def test_the_last_month_is_mostly_unpaid_and_a_few_owe_more(demo: psycopg.Connection):
    debts = Counter(
        count for (count,) in demo.execute("SELECT count(*) FROM care.bill WHERE NOT paid GROUP BY customer_code")
    )
    assert CUSTOMERS * 0.5 < debts[1] < CUSTOMERS * 0.9
    assert CUSTOMERS * 0.01 < debts[2] + debts[3] < CUSTOMERS * 0.05


def test_some_bills_have_jumped(demo: psycopg.Connection):
    jumped = demo.execute(
        "SELECT count(*) FROM (SELECT kwh, lag(kwh) OVER (PARTITION BY customer_code ORDER BY period) before,"
        "  row_number() OVER (PARTITION BY customer_code ORDER BY period DESC) age FROM care.bill) x"
        " WHERE age = 1 AND kwh > 1.6 * before"
    ).fetchone()
    assert jumped is not None
    assert CUSTOMERS * 0.02 < jumped[0] < CUSTOMERS * 0.08


def test_hot_months_use_more(demo: psycopg.Connection):
    use = dict(
        demo.execute(
            "SELECT b.period, avg(b.kwh)::float FROM care.bill b JOIN care.customer c ON c.code = b.customer_code"
            " WHERE tariff_group = 'residential' GROUP BY b.period"
        ).fetchall()
    )
    assert use["2025-07"] > 1.4 * use["2026-01"]


def test_months_before_the_oldest_known_prices_are_left_out(database_url: str):
    ensure_demo(database_url, print, datetime(2026, 2, 1, tzinfo=UTC), customers=100)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT min(issued_at) >= '2025-05-10' FROM care.bill").fetchone() == (True,)


def test_an_account_through_the_api(demo: psycopg.Connection, api: Api):
    code = demo.execute("SELECT customer_code FROM care.bill WHERE NOT paid ORDER BY 1 LIMIT 1").fetchone()
    assert code is not None
    told = api.get(f"/customers/{code[0]}/account").json
    assert len(told["readings"]) == len(told["invoices"]) == 13
    assert told["invoices"][0]["vat"] + told["invoices"][0]["ex_vat"] == told["invoices"][0]["total"]
    assert told["debt"] == sum(one["total"] for one in told["invoices"] if not one["paid"]) > 0
    assert all((one["paid_at"] is not None) == one["paid"] for one in told["invoices"])


@pytest.mark.parametrize(
    ("reading_day", "today", "newest", "first", "last"),
    [
        (31, date(2026, 3, 1), "2026-01", date(2026, 1, 1), date(2026, 1, 31)),
        (31, date(2026, 3, 2), "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        (15, date(2026, 3, 16), "2026-02", date(2026, 1, 16), date(2026, 2, 15)),
        (15, date(2026, 3, 17), "2026-03", date(2026, 2, 16), date(2026, 3, 15)),
        (5, date(2026, 1, 1), "2025-12", date(2025, 11, 6), date(2025, 12, 5)),
        (31, date(2024, 3, 5), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_the_newest_period_is_the_last_one_that_is_billed(reading_day, today, newest, first, last):
    found = months(reading_day, today)
    assert len(found) == 13
    assert (found[-1].period, found[-1].first, found[-1].last) == (newest, first, last)
    assert all(month.issued <= today for month in found)
    assert all(one.last + timedelta(days=1) == two.first for one, two in pairwise(found))
