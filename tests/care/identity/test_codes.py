"""One-time codes: to the contract's phone, a few tries, a few minutes, a session of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import text
from sqlalchemy.orm import Session

from care.api import Outside, add_api
from care.errors import SmsFailed
from care.identity.codes import forget
from care.identity.sms import ConsoleSms, HttpSms
from care.wired import Care
from tests.care.conftest import KEY, Api, Clock
from tests.care.incidents.conftest import customer, network  # noqa: F401  the network's fixture

CODE = customer("T11", 0)


@dataclass
class Phone:
    """A phone that gets the messages, or a network that is down."""

    got: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False

    def send_code(self, phone: str, code: str, text: str) -> None:
        if self.down:
            raise SmsFailed("down")
        assert code in text
        self.got.append((phone, code))


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def api(care: Care, network: str, phone: Phone) -> Api:  # noqa: F811
    app = APIFlask("care")
    add_api(app, care, KEY, outside=Outside(sms=phone))
    return Api(app.test_client())


def send(api: Api, talk: str = "42", **more: Any) -> Any:
    return api.post("/codes", {"customer_code": CODE, "conversation_id": talk, **more})


def tried(api: Api, code: str, talk: str = "42", contract: str = CODE) -> dict[str, Any]:
    answer = api.post("/codes/verify", {"customer_code": contract, "conversation_id": talk, "code": code})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json
    return result


def is_open(api: Api, talk: str = "42", contract: str = CODE) -> bool:
    return bool(api.get("/verified", conversation_id=talk, customer_code=contract).json["verified"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_goes_to_the_contracts_phone_and_opens_fifteen_minutes(api: Api, phone: Phone, clock: Clock):
    sent = send(api)
    assert (sent.status_code, sent.json["sent_to"], sent.json["phones"]) == (201, "…000", ["000"])
    ((number, code),) = phone.got
    assert (number, len(code)) == ("0900011000", 6)
    assert not is_open(api)
    assert tried(api, f" {code[:3]} {code[3:]} ")["result"] == "verified"
    assert is_open(api)
    assert not is_open(api, talk="43")
    assert not is_open(api, contract=customer("T11", 1))
    clock.passes(minutes=15)
    assert not is_open(api)


def test_a_code_works_once(api: Api, phone: Phone):
    send(api)
    code = phone.got[0][1]
    tried(api, code)
    assert tried(api, code)["result"] == "expired"


def test_three_wrong_tries_lock_it(api: Api, phone: Phone):
    send(api)
    code = phone.got[0][1]
    results = [tried(api, wrong(code)) for _ in range(3)]
    assert [(one["result"], one["tries_left"]) for one in results] == [("wrong", 2), ("wrong", 1), ("locked", 0)]
    assert tried(api, code)["result"] == "locked"
    assert not is_open(api)


def test_guesses_at_once_are_counted(api: Api, phone: Phone):
    send(api)
    code = phone.got[0][1]

    def guess(_: int) -> str:
        return str(tried(Api(api.client.application.test_client()), wrong(code))["result"])

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(guess, range(8))) == ["locked"] * 6 + ["wrong"] * 2


def test_it_lives_five_minutes(api: Api, phone: Phone, clock: Clock):
    send(api)
    clock.passes(minutes=5)
    assert tried(api, phone.got[0][1])["result"] == "expired"


def test_a_new_code_voids_the_one_before(api: Api, phone: Phone):
    send(api)
    send(api)
    first, second = (code for _, code in phone.got)
    if first != second:
        assert tried(api, first)["result"] == "wrong"
    assert tried(api, second)["result"] == "verified"


def test_another_conversation_and_another_contract_cannot_use_it(api: Api, phone: Phone):
    send(api)
    code = phone.got[0][1]
    assert tried(api, code, talk="43")["result"] == "expired"
    assert tried(api, code, contract=customer("T11", 1))["result"] == "expired"


def test_five_a_day_and_phone(api: Api, clock: Clock):
    assert [send(api, talk=str(number)).json["left_today"] for number in range(5)] == [4, 3, 2, 1, 0]
    refused = send(api, talk="9")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3600
    clock.passes(hours=14)  # midnight in Vietnam has passed
    assert send(api, talk="9").status_code == 201


def test_sent_at_once_there_are_never_more_than_five(api: Api, phone: Phone):
    def ask(number: int) -> int:
        return int(send(Api(api.client.application.test_client()), talk=str(number)).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(ask, range(12))) == [201] * 5 + [429] * 7
    assert len(phone.got) == 5


def test_unknown_contracts_and_phones_look_the_same(api: Api, phone: Phone):
    unknown = api.post("/codes", {"customer_code": "PC01001999999", "conversation_id": "42"})
    other = send(api, phone_ending="999")
    assert (unknown.status_code, unknown.json["detail"]) == (other.status_code, other.json["detail"])
    assert unknown.status_code == 404
    assert phone.got == []


def test_what_could_not_be_sent_does_not_count(api: Api, phone: Phone):
    phone.down = True
    for _ in range(6):
        failed = send(api)
        assert (failed.status_code, failed.content_type) == (502, "application/problem+json")
    phone.down = False
    assert send(api).json["left_today"] == 4


def test_the_code_itself_is_not_stored(api: Api, phone: Phone, session: Session):
    send(api)
    row = session.execute(text("SELECT * FROM care.one_time_code")).one()
    assert phone.got[0][1] not in str(row)


def test_ended_and_forgotten(api: Api, phone: Phone, care: Care, clock: Clock, session: Session):
    send(api)
    tried(api, phone.got[0][1])
    assert api.client.delete("/api/v1/verified/42", headers=api.headers).status_code == 204
    assert not is_open(api)
    clock.passes(days=3)
    assert forget(care) == 1
    assert session.execute(text("SELECT count(*) FROM care.one_time_code")).scalar_one() == 0


def test_on_the_console_in_demonstration(tmp_path: Path):
    ConsoleSms(tmp_path / "var" / "console").send_code("0900011004", "123456", "…")
    assert (tmp_path / "var" / "console").read_text("utf8") == "one-time code 123456 for …004\n"


def test_an_sms_gateway_that_is_not_there_fails_clearly():
    with pytest.raises(SmsFailed):
        HttpSms("http://127.0.0.1:9/sms", "key").send_code("0900011004", "123456", "mã 123456")
