"""Demonstration data: invented, everywhere, always the same, with outages around now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from sqlalchemy import create_engine

from apps.postgres import Cluster
from care.catalogue import load
from care.demo import MOST, ensure_demo, sample_codes
from care.due import UTC
from tests.care.conftest import Api, Clock

STRICT = re.compile(r"^P[A-Z][0-9A-Z]{4}[0-9]{7}$")
SMALL = 13_000
EVERYTHING = {
    "station": "SELECT code, name, feeder, ward, reading_day FROM care.station",
    "street": "SELECT * FROM care.served_street",
    "customer": "SELECT code, name, phones[1], address, tariff_group, households, station FROM care.customer",
    "meter": "SELECT * FROM care.meter",
    "reading": "SELECT * FROM care.reading",
    "bill": "SELECT * FROM care.bill",
    "payment": "SELECT customer_code, period, amount, paid_at, channel, reference FROM care.payment",
}


@pytest.fixture
def said() -> list[str]:
    """What the user was told."""
    return []


@pytest.fixture
def other_database(postgres: Cluster, template: str) -> Iterator[str]:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE other TEMPLATE {template}")
    yield postgres.url.replace("/customer_care", "/other")
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("DROP DATABASE other WITH (FORCE)")


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_twenty_thousand_customers_in_all_provinces(database_url: str) -> None:
    catalogue = load()
    ensure_demo(database_url, print)

    customers = rows(database_url, "SELECT code, province, centre, phones FROM care.customer")
    assert len(customers) == 20_000
    assert {province for _, province, _, _ in customers} == set(catalogue.centre_of)
    assert all(centre == catalogue.centre_of[str(province)] for _, province, centre, _ in customers)
    assert all(STRICT.match(str(code)) for code, *_ in customers)
    told = {str(code): catalogue.province_of_code(str(code)) for code, *_ in customers}
    assert all(told[str(code)] in (province, None) for code, province, *_ in customers)
    assert all(re.fullmatch(r"\{0900\d{6}\}", "{" + phones[0] + "}") for *_, phones in customers)  # type: ignore[index]
    stations = rows(database_url, "SELECT code FROM care.station")
    touched = rows(database_url, "SELECT DISTINCT unnest(stations) FROM care.outage")
    assert 0 < len(touched) <= len(stations) / 100


def test_small_demo_answers_through_the_api(database_url: str, api: Api, clock: Clock) -> None:
    clock.moment = datetime.now(UTC)
    ensure_demo(database_url, print, customers=SMALL)
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        dark, bright = sample_codes(connection)
    engine.dispose()

    assert [one["match"] for one in api.items("/outages", customer_code=dark, at="now")] == ["customer_code"]
    assert api.items("/outages", customer_code=bright) == []
    person = api.get(f"/customers/{dark}").json
    assert len(person["bills"]) == 13
    assert len(api.get(f"/customers/{dark}/account").json["readings"]) == 13
    assert [one["code"] for one in api.items("/customers", phone=person["phones"][0])] == [dark]
    by_street = {"ward": person["ward"], "province": person["province"], "street": person["address"].split(",")[0]}
    assert api.items("/outages", at="now", **by_street)[0]["match"] == "street"
    ticket = api.filed(customer_code=dark, address=None)
    assert ticket["centre"] == person["centre"]
    tomorrow = api.items("/outages", kind="planned", status="approved", from_=clock.moment.isoformat())
    assert len(tomorrow) == 5


def test_later_starts_renew_outages_and_nothing_else(database_url: str) -> None:
    now = datetime.now(UTC)
    ensure_demo(database_url, print, now, customers=SMALL)
    before = rows(database_url, "SELECT code FROM care.outage ORDER BY id")
    ensure_demo(database_url, print, now + timedelta(minutes=5))
    assert rows(database_url, "SELECT code FROM care.outage ORDER BY id") == before

    ensure_demo(database_url, print, now + timedelta(days=30))

    after = rows(database_url, "SELECT code, starts_at, ends_at FROM care.outage ORDER BY id")
    assert len(after) == len(before)
    assert not {code for code, *_ in after} & {code for code, *_ in before}
    assert rows(database_url, "SELECT count(*) FROM care.customer") == [(SMALL,)]


def test_more_customers_join_those_who_are_there(database_url: str, said: list[str]) -> None:
    now = datetime(2026, 7, 20, 3, tzinfo=UTC)
    ensure_demo(database_url, said.append, now, customers=105)  # six whole stations and nine customers of one
    few = {table: set(rows(database_url, query)) for table, query in EVERYTHING.items()}
    ensure_demo(database_url, said.append, now, customers=300)
    many = {table: set(rows(database_url, query)) for table, query in EVERYTHING.items()}
    assert len(many["customer"]) == 300
    assert all(few[table] < many[table] for table in EVERYTHING)

    ensure_demo(database_url, said.append, now, customers=200)

    assert "fewer" in said[-2]
    assert set(rows(database_url, EVERYTHING["customer"])) == many["customer"]


def test_always_the_same_for_one_day_however_it_came_about(database_url: str, other_database: str) -> None:
    now = datetime(2026, 7, 20, 3, tzinfo=UTC)
    for customers in (7, 21, 105):
        ensure_demo(database_url, print, now, customers=customers)
    ensure_demo(other_database, print, now, customers=105)
    for query in EVERYTHING.values():
        assert set(rows(database_url, query)) == set(rows(other_database, query))


def test_data_of_before_there_were_meters_is_made_anew(database_url: str, said: list[str]) -> None:
    ensure_demo(database_url, print, customers=100)
    with psycopg.connect(database_url) as connection:
        for table in ("meter", "reading", "payment"):
            connection.execute(f"DELETE FROM care.{table}")
    ensure_demo(database_url, said.append)
    assert "older make" in said[0]
    assert rows(database_url, "SELECT count(*) FROM care.customer") == [(100,)]
    assert rows(database_url, "SELECT count(*) FROM care.reading") == [(1_300,)]


def own_customer(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO care.feeder VALUES ('F', 'F', 'Huế', 'EVNCPC')")
        connection.execute("INSERT INTO care.station VALUES ('S', 'S', 'F', 'Phường Thuận Hóa', 'Huế', 'EVNCPC')")
        connection.execute(
            "INSERT INTO care.customer VALUES"
            " ('PC03AA0000001','x','{}','','','','Huế','residential',1,'S','F','EVNCPC')"
        )


def test_a_database_with_customers_of_its_own_is_left_alone(database_url: str) -> None:
    own_customer(database_url)
    ensure_demo(database_url, print)
    assert rows(database_url, "SELECT count(*) FROM care.customer") == [(1,)]
    assert rows(database_url, "SELECT count(*) FROM care.outage") == [(0,)]


def test_nobody_is_invented_among_customers_that_are_not(database_url: str, said: list[str]) -> None:
    ensure_demo(database_url, print, customers=100)
    own_customer(database_url)
    ensure_demo(database_url, said.append, customers=200)
    assert "of its own" in said[0]
    assert rows(database_url, "SELECT count(*) FROM care.customer") == [(101,)]


def test_there_are_not_more_customers_than_phones(database_url: str) -> None:
    for customers in (0, -1, MOST + 1):
        with pytest.raises(ValueError, match="1,000,000"):
            ensure_demo(database_url, print, customers=customers)


def test_without_demo_data_there_is_no_sample(sqlalchemy_url: str) -> None:
    engine = create_engine(sqlalchemy_url)
    with engine.connect() as connection, pytest.raises(LookupError):
        sample_codes(connection)
    engine.dispose()
