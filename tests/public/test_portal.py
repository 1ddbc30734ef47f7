"""The public-service portal: signed calls, its own file numbers, status told until it accepts."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from care.portal.signing import signature
from care.portal.telling import Portal, PortalTeller
from tests.care.conftest import Answer, Api, Clock
from tests.public.conftest import PORTAL_SECRET

NONCES = (f"nonce-of-the-tests-{number}" for number in itertools.count())
REQUEST = {
    "file_number": "000.00.12.G07-260601-0001",
    "service": "NEW_LV_RES",
    "contact_name": "Nguyễn Văn A",
    "phone": "0900000111",
    "address": {"street": "5 Trần Phú", "ward": "Ba Đình", "province": "Hà Nội"},
}
PATH = "/portal/v1/requests"
MINE = f"{PATH}/{REQUEST['file_number']}"


def call(pages, clock: Clock, method: str, path: str, body: Any = None, **head: str) -> Answer:
    content = json.dumps(body).encode() if body is not None else b""
    timestamp = head.get("timestamp", str(int(clock().timestamp())))
    nonce = head.get("nonce", next(NONCES))
    signed = head.get("signature", signature(PORTAL_SECRET, method, path, timestamp, nonce, content))
    headers = {"X-Portal-Timestamp": timestamp, "X-Portal-Nonce": nonce, "X-Portal-Signature": signed}
    return pages.open(path, method=method, data=content, headers=headers, content_type="application/json")


def test_submitted_asked_for_and_withdrawn(pages, api: Api, clock: Clock):
    sent = call(pages, clock, "POST", PATH, REQUEST)
    assert (sent.status_code, sent.json["status"]) == (201, "new")
    ticket = api.get(f"/tickets/{sent.json['code']}").json
    assert (ticket["channel"], ticket["centre"]) == ("portal", "EVNHANOI")
    api.post(f"/tickets/{ticket['code']}/transitions", {"to": "accepted", "by": "clerk.an"})
    assert call(pages, clock, "GET", MINE).json["status"] == "accepted"
    withdrawn = call(pages, clock, "POST", f"{MINE}/withdraw", {"note": "đổi ý"})
    assert withdrawn.json["status"] == "cancelled"
    assert call(pages, clock, "POST", f"{MINE}/withdraw", {}).status_code == 200


def test_the_same_number_again_is_the_same_request(pages, api: Api, clock: Clock):
    first, second = (call(pages, clock, "POST", PATH, REQUEST) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert len(api.items("/tickets")) == 1
    assert call(pages, clock, "POST", PATH, REQUEST | {"phone": "0900000222"}).status_code == 422


def test_forged_late_and_replayed_calls(pages, api: Api, clock: Clock):
    forged = call(pages, clock, "POST", PATH, REQUEST, signature="0" * 64)
    late = call(pages, clock, "POST", PATH, REQUEST, timestamp=str(int(clock().timestamp()) - 301))
    strange = call(pages, clock, "POST", PATH, REQUEST, timestamp="١٢٣")
    assert {one.status_code for one in (forged, late, strange)} == {401}
    once = call(pages, clock, "GET", MINE, nonce="the-same-nonce-twice")
    again = call(pages, clock, "GET", MINE, nonce="the-same-nonce-twice")
    assert (once.status_code, again.status_code) == (404, 401)
    assert again.content_type == "application/problem+json"
    assert api.items("/tickets") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 400),
        ({}, 422),
        (REQUEST | {"file_number": "x" * 61}, 422),
        (REQUEST | {"file_number": 12}, 422),
        (REQUEST | {"service": "NOTHING"}, 422),
        (REQUEST | {"phone": "abc"}, 422),
        (REQUEST | {"description": "x" * 70_000}, 413),
    ],
    ids=range(7),
)
def test_bad_requests(pages, api: Api, clock: Clock, body: Any, status: int):
    assert call(pages, clock, "POST", PATH, body).status_code == status
    assert api.items("/tickets") == []


def test_what_is_done_cannot_be_withdrawn(pages, api: Api, clock: Clock):
    code = call(pages, clock, "POST", PATH, REQUEST).json["code"]
    for to in ("accepted", "done"):
        api.post(f"/tickets/{code}/transitions", {"to": to})
    assert call(pages, clock, "POST", f"{MINE}/withdraw").status_code == 409


class Listener(BaseHTTPRequestHandler):
    """The portal: refuses as often as told, checks the signature."""

    refusals: ClassVar[list[int]] = []
    heard: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = {name: self.headers[f"X-Portal-{name}"] for name in ("Timestamp", "Nonce", "Signature")}
        right = signature(PORTAL_SECRET, "POST", self.path, head["Timestamp"], head["Nonce"], body)
        status = self.refusals.pop(0) if self.refusals else 200 if head["Signature"] == right else 401
        if status == 200:
            self.heard.append(json.loads(body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[str]:
    Listener.refusals.clear()
    Listener.heard.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/status"
    server.shutdown()
    server.server_close()


def test_status_is_told_in_order_until_the_portal_accepts(care, pages, api: Api, clock: Clock, portal: str):
    code = call(pages, clock, "POST", PATH, REQUEST).json["code"]
    teller = PortalTeller(care, Portal(portal, PORTAL_SECRET))
    Listener.refusals += [500, 503]
    api.post(f"/tickets/{code}/transitions", {"to": "accepted"})
    for _ in range(4):
        while teller.work_once():
            pass
        clock.passes(minutes=5)
    assert [one["status"] for one in Listener.heard] == ["new", "accepted"]
    api.post(f"/tickets/{code}/transitions", {"to": "rejected", "note": "thiếu giấy tờ"})
    while teller.work_once():
        pass
    assert (Listener.heard[-1]["status"], Listener.heard[-1]["note"]) == ("rejected", "thiếu giấy tờ")
    assert Listener.heard[-1]["file_number"] == REQUEST["file_number"]
    assert not teller.work_once()


def test_a_redirect_is_no_acceptance(care, pages, clock: Clock, portal: str):
    call(pages, clock, "POST", PATH, REQUEST)
    Listener.refusals += [302]
    teller = PortalTeller(care, Portal(portal, PORTAL_SECRET))
    assert teller.work_once()
    assert Listener.heard == []
    clock.passes(days=20)
    assert teller.work_once()
    assert [one["status"] for one in Listener.heard] == ["new"]


def test_what_was_not_accepted_is_told_however_late(care, pages, api: Api, clock: Clock, portal: str):
    code = call(pages, clock, "POST", PATH, REQUEST).json["code"]
    api.post(f"/tickets/{code}/transitions", {"to": "rejected"})
    Listener.refusals += [500]
    teller = PortalTeller(care, Portal(portal, PORTAL_SECRET))
    assert teller.work_once()
    clock.passes(days=9)
    while teller.work_once():
        pass
    assert [one["status"] for one in Listener.heard] == ["new", "rejected"]


def test_withdrawing_leaves_what_others_filed(pages, api: Api, clock: Clock):
    fault = {"service": "REPORT_OUTAGE", "file_number": "F-1"}
    theirs = api.filed()["code"]
    joined = call(pages, clock, "POST", PATH, REQUEST | fault)
    assert joined.json["code"] == theirs
    assert call(pages, clock, "POST", f"{PATH}/F-1/withdraw").json["status"] == "cancelled"
    assert call(pages, clock, "GET", f"{PATH}/F-1").json["status"] == "cancelled"
    assert api.get(f"/tickets/{theirs}").json["status"] == "new"


def test_strange_numbers_and_nested_bodies(pages, clock: Clock):
    assert call(pages, clock, "GET", f"{PATH}/a%00b").status_code in (401, 404)
    deep = b"[" * 30_000
    timestamp, nonce = str(int(clock().timestamp())), next(NONCES)
    signed = signature(PORTAL_SECRET, "POST", PATH, timestamp, nonce, deep)
    headers = {"X-Portal-Timestamp": timestamp, "X-Portal-Nonce": nonce, "X-Portal-Signature": signed}
    assert pages.post(PATH, data=deep, headers=headers, content_type="application/json").status_code == 400
