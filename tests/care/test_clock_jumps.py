"""A clock that was far ahead and went back: nobody is kept out or let in for longer than was meant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from care import advance_outages
from care.api import Outside, add_api
from care.errors import TooManyTries
from care.escalation import escalate
from care.flood import Limit, knock
from care.wired import Care
from tests.care.conftest import KEY, Api, Clock
from tests.care.identity.test_codes import Phone
from tests.care.incidents.conftest import customer, network  # noqa: F401  the network's fixture

LIMIT = Limit(2, timedelta(minutes=10))


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def api(care: Care, network: str, phone: Phone) -> Api:  # noqa: F811
    app = APIFlask("care")
    add_api(app, care, KEY, outside=Outside(sms=phone))
    return Api(app.test_client())


def asked(api: Api, code: str, digits: str) -> int:
    body = {"code": code, "last_three": digits, "asker": "7"}
    return int(api.post("/tickets/status-check", body).status_code)


def sent(api: Api, phone: Phone) -> dict[str, Any]:
    who = {"customer_code": customer("T11", 0), "conversation_id": "42"}
    assert api.post("/codes", who).status_code == 201
    return who | {"code": phone.got[-1][1]}


def test_a_flood_counted_ahead_of_time_is_forgotten(care: Care, clock: Clock):
    clock.passes(days=300)
    for _ in range(2):
        knock(care, "door", "caller", LIMIT)
    with pytest.raises(TooManyTries):
        knock(care, "door", "caller", LIMIT)
    clock.passes(days=-300)
    for _ in range(2):
        knock(care, "door", "caller", LIMIT)
    with pytest.raises(TooManyTries):
        knock(care, "door", "caller", LIMIT)


def test_wrong_look_ups_ahead_of_time_pause_nobody_for_years(api: Api, clock: Clock):
    code = api.filed()["code"]
    clock.passes(days=300)
    assert [asked(api, code, "000") for _ in range(6)] == [404] * 5 + [429]
    clock.passes(days=-300)
    assert asked(api, code, "111") == 200


def test_a_one_time_code_does_not_live_longer(api: Api, phone: Phone, clock: Clock):
    tried = sent(api, phone)
    clock.passes(hours=-1)
    assert api.post("/codes/verify", tried).json["result"] == "expired"


def test_an_open_contract_does_not_stay_open_longer(api: Api, phone: Phone, clock: Clock):
    tried = sent(api, phone)
    assert api.post("/codes/verify", tried).json["result"] == "verified"
    who = {name: tried[name] for name in ("customer_code", "conversation_id")}
    assert api.get("/verified", **who).json["verified"]
    clock.passes(hours=-1)
    assert not api.get("/verified", **who).json["verified"]


def test_tickets_and_outages_live_through_it(care: Care, api: Api, clock: Clock):
    code = api.filed(conversation_id="7")["code"]
    api.post(f"/tickets/{code}/transitions", {"to": "accepted", "by": "clerk.an"})
    clock.passes(days=-2)
    done = api.post(f"/tickets/{code}/transitions", {"to": "done", "by": "clerk.an"})
    assert (done.status_code, done.json["status"]) == (200, "done")
    assert api.post(f"/tickets/{code}/transitions", {"to": "accepted"}).status_code == 200
    assert (escalate(care), advance_outages(care)) == (0, 0)
    events = [entry["event"] for entry in api.get(f"/tickets/{code}").json["history"]]
    assert events == ["new", "accepted", "done", "accepted"]
