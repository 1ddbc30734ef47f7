"""Another billing system over HTTP: whole accounts or a clear 503, never half, and it is left alone while it fails."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask

from apps.care_room import billing
from care.api import Outside, add_api
from care.billing.breaker import Breaker
from care.billing.kept import TableBilling
from care.billing.remote import AT_ONCE, HttpBilling
from care.errors import BillingUnavailable
from care.wired import Care
from settings import Settings
from tests.care.billing.billing_server import BillingServer
from tests.care.billing.conftest import CODE
from tests.care.conftest import KEY, Api

STATEMENT: dict[str, Any] = {
    "code": CODE,
    "reading_day": None,
    "meters": [{"number": "7", "kind": "điện tử", "phases": 3, "installed_at": "2020-01-31", "maker": "unknown to us"}],
    "readings": [
        {
            "period": f"2026-0{month}",
            "from": f"2026-0{month}-01",
            "to": f"2026-0{month}-28",
            "old": 0,
            "new": 5,
            "kwh": 5,
            "read_at": f"2026-0{month}-28",
        }
        for month in (3, 4, 2)
    ],
    "invoices": [
        {
            "number": "1",
            "period": "2026-04",
            "kwh": 5,
            "ex_vat": 100,
            "vat": 8,
            "total": 108,
            "paid": False,
            "issued_at": "2026-05-02",
            "due_at": "2026-05-12",
            "paid_at": None,
        }
    ],
    "payments": [
        {
            "paid_at": "2026-04-05T10:00:00+07:00",
            "amount": 9,
            "channel": "thu hộ",
            "reference": "r",
            "period": "2026-03",
        }
    ],
    "debt": 108,
}


@pytest.fixture
def server() -> Iterator[BillingServer]:
    with BillingServer() as running:
        yield running


class Seconds:
    """A clock that tests move."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def remote(server: BillingServer, seconds: Seconds) -> HttpBilling:
    return HttpBilling(server.url, "billing-token", 0.5, Breaker(failures=3, pause_s=30), seconds)


@pytest.fixture
def api(care: Care, remote: HttpBilling) -> Api:
    """The API with the other billing system behind it."""
    app = APIFlask("care")
    add_api(app, care, KEY, outside=Outside(billing=remote))
    return Api(app.test_client())


def test_the_account_comes_from_the_other_system_alone(api: Api, server: BillingServer, billed: str):
    server.gives(STATEMENT)
    told = api.get(f"/customers/{CODE}/account").json
    assert server.calls == [(f"/billing/contracts/{CODE}/statement", "Bearer billing-token")]
    assert (told["tariff_group"], told["debt"], told["reading_day"]) == ("residential", 108, None)
    assert told["meters"] == [{"number": "7", "kind": "điện tử", "phases": 3, "installed_at": "2020-01-31"}]
    assert [one["period"] for one in told["readings"]] == ["2026-04", "2026-03", "2026-02"]
    assert told["invoices"][0]["status"] == "overdue"
    assert told["payments"][0]["channel"] == "thu hộ"
    assert api.post("/privacy/export", {"customer_code": CODE, "by": "clerk.an"}).json["accounts"][0]["debt"] == 108


def test_unknown_there_is_unknown_here(api: Api, server: BillingServer, billed: str):
    assert api.get(f"/customers/{CODE}/account").status_code == 404
    server.calls.clear()
    assert api.get("/customers/PC09999999999/account").status_code == 404
    assert server.calls == []


def changed(**values: Any) -> bytes:
    return json.dumps(STATEMENT | values).encode()


WRONG = {
    "HTTP 500": (500, b"{}"),
    "HTTP 302": (302, b"{}"),
    "HTTP 401": (401, b"{}"),
    "HTTP 204": (204, b""),
    "a page": (200, b"<html>maintenance</html>"),
    "nothing": (200, b""),
    "half": (200, json.dumps(STATEMENT).encode()[:-20]),
    "another shape": (200, b'{"code": "x"}'),
    "a list": (200, b"[]"),
    "a missing list": (200, json.dumps({name: STATEMENT[name] for name in STATEMENT if name != "payments"}).encode()),
    "another contract": (200, changed(code="PC01009999999")),
    "money as text": (200, changed(debt="108")),
    "money below nothing": (200, changed(debt=-1)),
    "one wrong reading": (200, changed(readings=[*STATEMENT["readings"], {"period": "2026-13"}])),
    "a time without zone": (200, changed(payments=[STATEMENT["payments"][0] | {"paid_at": "2026-04-05T10:00:00"}])),
    "endless": (200, b" " * (1024 * 1024 + 1) + changed()),
}


@pytest.mark.parametrize("status_and_body", WRONG.values(), ids=WRONG)
def test_what_is_not_as_agreed_is_a_clear_503(api: Api, server: BillingServer, billed: str, status_and_body):
    status, body = status_and_body
    server.gives(body, status)
    assert_unavailable(api)
    assert api.items("/access-log", whose=CODE) == []


def test_slow_dripping_and_broken_off_answers_are_given_up_in_time(api: Api, server: BillingServer, billed: str):
    whole = changed()
    for misbehave in (server.hangs, lambda: server.drips(whole), lambda: server.breaks_off(whole)):
        misbehave()
        began = time.monotonic()
        assert_unavailable(api)
        assert time.monotonic() - began < 30  # the server would go on for a minute and longer


def test_a_system_that_is_down_is_a_clear_503_and_half_of_nothing_is_exported(care: Care, billed: str):
    app = APIFlask("care")
    add_api(app, care, KEY, outside=Outside(billing=HttpBilling("http://127.0.0.1:9", "t", 0.5)))
    api = Api(app.test_client())
    assert_unavailable(api)
    assert api.post("/privacy/export", {"customer_code": CODE, "by": "clerk.an"}).status_code == 503
    assert len(api.get(f"/customers/{CODE}").json["bills"]) == 15


def assert_unavailable(api: Api) -> None:
    answer = api.get(f"/customers/{CODE}/account")
    assert answer.status_code == 503, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["title"] == "The billing system does not answer"
    assert answer.json["type"] == "urn:problem:billing-unavailable"
    assert int(answer.headers["Retry-After"]) == answer.json["retry_after"] >= 1
    assert "108" not in answer.text


def test_left_alone_after_failures_in_a_row_then_tried_again(
    remote: HttpBilling, server: BillingServer, seconds: Seconds
):
    server.gives(b"{}", 500)
    for _ in range(5):
        with pytest.raises(BillingUnavailable):
            remote.statement(CODE)
    assert len(server.calls) == 3

    seconds.now = 20
    with pytest.raises(BillingUnavailable) as refused:
        remote.statement(CODE)
    assert refused.value.seconds == 10
    server.gives(STATEMENT)
    seconds.now = 30

    found = remote.statement(CODE)

    assert found is not None
    assert found.readings[0].from_ == date(2026, 3, 1)
    assert remote.statement(CODE) == found
    assert len(server.calls) == 5


def test_an_unknown_contract_is_no_failure(remote: HttpBilling, server: BillingServer):
    assert [remote.statement(CODE) for _ in range(5)] == [None] * 5
    assert len(server.calls) == 5


def test_more_calls_than_places_are_refused_at_once(server: BillingServer):
    remote = HttpBilling(server.url, "t", 60.0, Breaker(failures=100))
    server.hangs()
    with ThreadPoolExecutor(AT_ONCE + 1) as callers:
        asked = [callers.submit(remote.statement, CODE) for _ in range(AT_ONCE + 1)]
        refused = next(as_completed(asked, timeout=30)).exception()
        server.released.set()
    assert isinstance(refused, BillingUnavailable)
    assert "too many" in str(refused)


def test_the_settings_choose_who_bills(database_url: str):
    assert billing(Settings(_env_file=None, billing_url="")) is None
    assert isinstance(billing(Settings(_env_file=None, billing_url="http://127.0.0.1:9")), HttpBilling)


def test_our_own_tables_bill_when_nobody_else_does(care: Care):
    app = APIFlask("care")
    add_api(app, care, KEY)
    assert isinstance(app.extensions["care_billing"], TableBilling)
