"""A storm comes in, a flood does not: paces by address and session, none for what a platform signed."""

from __future__ import annotations

import pytest

from apps.gateway import create_app
from channels.throttle import Throttle

HERE, THERE = {"REMOTE_ADDR": "203.0.113.5"}, {"REMOTE_ADDR": "203.0.113.6"}
SLOW = {"rate_address_burst": 6, "rate_address_per_s": 0.001, "rate_sessions_burst": 3, "rate_sessions_per_s": 0.001}


@pytest.fixture
def held(settings, db):
    made = create_app(settings.model_copy(update=SLOW), db)
    yield made.test_client()
    made.extensions["live"].close()
    made.extensions["care"].database.close()


def test_an_address_that_asks_too_fast_is_told_when_to_come_again(held):
    statuses = [held.get("/", environ_base=HERE).status_code for _ in range(6)]
    refused = held.get("/tra-cuu", environ_base=HERE)
    assert statuses == [200] * 6
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.content_type.startswith("application/problem+json")
    assert "thử lại" in refused.json["detail"]
    assert held.get("/tra-cuu", environ_base=THERE).status_code == 200
    assert held.get("/healthz", environ_base=HERE).status_code == 200


def test_a_home_of_ipv6_is_one_visitor(held):
    for number in range(6):
        assert held.get("/", environ_base={"REMOTE_ADDR": f"2001:db8::{number}"}).status_code == 200
    assert held.get("/", environ_base={"REMOTE_ADDR": "2001:db8::ffff"}).status_code == 429
    assert held.get("/", environ_base={"REMOTE_ADDR": "2001:db8:0:1::1"}).status_code == 200


def test_sessions_are_opened_at_a_pace_of_their_own(held):
    statuses = [held.post("/web/sessions", json={}, environ_base=HERE).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]


def test_what_a_platform_signed_is_taken_at_any_rate_from_one_address(held, zalo, stored):
    for number in range(30):
        body = zalo.event("an", text=str(number))
        head = {"X-ZEvent-Signature": zalo.signature(body)}
        assert held.post("/webhooks/zalo", data=body, headers=head, environ_base=HERE).status_code == 200
    assert len(stored("zalo")) == 30


def test_a_flood_of_forged_webhooks_fills_no_log_and_keeps_no_signed_one_out(held, zalo, capfd, stored):
    body = zalo.event("an", text="mất điện")
    forged = {"X-ZEvent-Signature": "mac=" + "0" * 64}
    for _ in range(40):
        assert held.post("/webhooks/zalo", data=body, headers=forged, environ_base=HERE).status_code == 403
    signed = {"X-ZEvent-Signature": zalo.signature(body)}
    assert held.post("/webhooks/zalo", data=body, headers=signed, environ_base=HERE).status_code == 200
    assert len(stored("zalo")) == 1
    assert 1 <= capfd.readouterr().out.count("webhook refused") <= 6


def test_a_bucket_refills_and_forgets_the_least_recent():
    held = Throttle(burst=2, per_s=1, visitors=2)
    assert [held.call_s("an", 0) for _ in range(3)] == [0, 0, 1]
    assert held.call_s("an", 1) == 0
    for other in ("bi", "cu"):
        held.call_s(other, 1)
    assert [held.call_s("an", 1) for _ in range(3)] == [0, 0, 1]
