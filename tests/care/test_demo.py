"""Demonstration data: invented, everywhere, always the same, with outages around now."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta

import psycopg
import pytest
from sqlalchemy import create_engine

from care.catalogue import load
from care.demo import ensure_demo, sample_codes
from care.due import UTC
from tests.care.conftest import Api, Clock

STRICT = re.compile(r"^P[A-Z][0-9A-Z]{4}[0-9]{7}$")


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_twenty_thousand_customers_in_all_provinces_in_ten_seconds(database_url: str) -> None:
    catalogue, began = load(), time.process_time()
    ensure_demo(database_url, print)
    assert time.process_time() - began < 10

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
    ensure_demo(database_url, print, customers=13_000)
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        dark, bright = sample_codes(connection)
    engine.dispose()

    assert [one["match"] for one in api.items("/outages", customer_code=dark, at="now")] == ["customer_code"]
    assert api.items("/outages", customer_code=bright) == []
    person = api.get(f"/customers/{dark}").json
    assert len(person["bills"]) == 6
    assert [one["code"] for one in api.items("/customers", phone=person["phones"][0])] == [dark]
    by_street = {"ward": person["ward"], "province": person["province"], "street": person["address"].split(",")[0]}
    assert api.items("/outages", at="now", **by_street)[0]["match"] == "street"
    ticket = api.filed(customer_code=dark, address=None)
    assert ticket["centre"] == person["centre"]
    tomorrow = api.items("/outages", kind="planned", status="approved", from_=clock.moment.isoformat())
    assert len(tomorrow) == 5


def test_later_starts_renew_outages_and_nothing_else(database_url: str) -> None:
    now = datetime.now(UTC)
    ensure_demo(database_url, print, now, customers=13_000)
    before = rows(database_url, "SELECT code FROM care.outage ORDER BY id")
    ensure_demo(database_url, print, now + timedelta(minutes=5))
    assert rows(database_url, "SELECT code FROM care.outage ORDER BY id") == before

    ensure_demo(database_url, print, now + timedelta(days=30))

    after = rows(database_url, "SELECT code, starts_at, ends_at FROM care.outage ORDER BY id")
    assert len(after) == len(before)
    assert not {code for code, *_ in after} & {code for code, *_ in before}
    assert rows(database_url, "SELECT count(*) FROM care.customer") == [(13_000,)]


def test_a_database_with_customers_of_its_own_is_left_alone(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO care.feeder VALUES ('F', 'F', 'Huế', 'EVNCPC')")
        connection.execute("INSERT INTO care.station VALUES ('S', 'S', 'F', 'Phường Thuận Hóa', 'Huế', 'EVNCPC')")
        connection.execute(
            "INSERT INTO care.customer VALUES"
            " ('PC03AA0000001','x','{}','','','','Huế','residential',1,'S','F','EVNCPC')"
        )
    ensure_demo(database_url, print)
    assert rows(database_url, "SELECT count(*) FROM care.customer") == [(1,)]
    assert rows(database_url, "SELECT count(*) FROM care.outage") == [(0,)]


def test_without_demo_data_there_is_no_sample(sqlalchemy_url: str) -> None:
    engine = create_engine(sqlalchemy_url)
    with engine.connect() as connection, pytest.raises(LookupError):
        sample_codes(connection)
    engine.dispose()
