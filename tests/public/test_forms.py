"""The request form: sent once is one ticket, in words what is wrong, robots and floods kept out."""

from __future__ import annotations

import re
import time

import pytest

from public import forms
from tests.care.conftest import Api, Clock

REQUEST = {
    "service": "REPORT_OUTAGE",
    "name": "Nguyễn Văn A",
    "phone": "0900 000 111",
    "street": "5 Trần Phú",
    "ward": "Ba Đình",
    "province": "Hà Nội",
    "description": "mất điện",
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "SHORTEST_S", 0)


def token(pages) -> str:
    found = re.search(r'name="token" value="([^"]+)"', pages.get("/gui-yeu-cau").text)
    assert found is not None
    return found[1]


def test_a_request_becomes_a_ticket(pages, api: Api):
    answer = pages.post("/public/requests", data=REQUEST | {"token": token(pages)})
    assert answer.status_code == 201
    code = re.search(r"YC\d{8,10}", answer.text)[0]
    ticket = api.get(f"/tickets/{code}").json
    assert (ticket["channel"], ticket["phone"], ticket["centre"]) == ("website", "0900000111", "EVNHANOI")


def test_sent_twice_is_one_ticket(pages, api: Api):
    body = REQUEST | {"service": "NEW_LV_RES", "token": token(pages)}
    first, second = (pages.post("/public/requests", data=body) for _ in range(2))
    assert re.search(r"YC\d+", first.text)[0] == re.search(r"YC\d+", second.text)[0]
    assert len(api.items("/tickets")) == 1
    changed = pages.post("/public/requests", data=body | {"name": "Khác"})
    assert changed.status_code == 422


def test_as_json(pages):
    fresh = pages.get("/public/requests").json["token"]
    answer = pages.post("/public/requests", json=REQUEST | {"token": fresh})
    assert answer.status_code == 201
    assert answer.json["code"].startswith("YC")
    again = pages.get("/public/requests").json["token"]
    wrong = pages.post("/public/requests", json=REQUEST | {"token": again, "phone": "12"})
    assert (wrong.status_code, wrong.content_type) == (422, "application/problem+json")
    assert wrong.json["errors"][0]["field"] == "phone"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": ""}, "service"),
        ({"service": "CALLBACK"}, "service"),
        ({"phone": ""}, "phone"),
        ({"phone": "abc"}, "phone"),
        ({"street": "", "ward": ""}, "street"),
        ({"customer_code": "!!"}, "customer_code"),
        ({"description": "x" * 20_000}, "description"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_its_field(pages, api: Api, change: dict[str, str], field: str):
    answer = pages.post("/public/requests", data=REQUEST | {"token": token(pages)} | change)
    assert answer.status_code == 422
    assert f'id="wrong-{field}"' in answer.text
    assert "mất điện" in answer.text or field == "description"
    assert api.items("/tickets") == []


def test_robots_are_kept_out(pages, api: Api, monkeypatch: pytest.MonkeyPatch):
    filled = pages.post("/public/requests", data=REQUEST | {"token": token(pages), "website": "http://spam"})
    unsigned = pages.post("/public/requests", data=REQUEST)
    forged = pages.post("/public/requests", data=REQUEST | {"token": token(pages)[:-2] + "xx"})
    monkeypatch.setattr(forms, "SHORTEST_S", 60)
    hasty = pages.post("/public/requests", data=REQUEST | {"token": token(pages)})
    assert {one.status_code for one in (filled, unsigned, forged, hasty)} == {422}
    assert api.items("/tickets") == []


def test_an_old_form_asks_to_send_again(pages, monkeypatch: pytest.MonkeyPatch):
    fresh = token(pages)
    monkeypatch.setattr(forms, "LONGEST_S", 0)
    time.sleep(1.1)
    answer = pages.post("/public/requests", data=REQUEST | {"token": fresh})
    assert answer.status_code == 422
    assert "quá lâu" in answer.text


def test_a_flood_from_one_address_is_stopped(pages, api: Api, clock: Clock):
    def send(number: int) -> int:
        body = REQUEST | {"service": "NEW_LV_RES", "phone": f"09000002{number:02d}", "token": token(pages)}
        return int(pages.post("/public/requests", data=body).status_code)

    assert [send(number) for number in range(12)] == [201] * 10 + [429] * 2
    assert len(api.items("/tickets")) == 10
    clock.passes(minutes=11)
    assert send(13) == 201


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"x" * 70_000, b"[" * 30_000])
def test_bodies_that_are_no_request(pages, body: bytes):
    answer = pages.post("/public/requests", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
