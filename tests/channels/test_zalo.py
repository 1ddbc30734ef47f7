"""Zalo: only what Zalo signed is stored, once and whole, and answered through the whole way."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from conversations import (
    Turns,
    claim_deletion,
    conversation_state,
    messages_after,
)
from tests.channels.conftest import EchoEngine
from tests.platforms import ZaloPlatform

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
USER = "8309393969855402319"


def _post(client: FlaskClient, body: bytes, signature: str | None) -> int:
    head = {} if signature is None else {"X-ZEvent-Signature": signature}
    return client.post("/webhooks/zalo", data=body, headers=head).status_code


# --- the door ----------------------------------------------------------------------------------------------


def test_a_signed_message_is_stored_once_however_often_it_comes(client, zalo, stored):
    body = zalo.event(USER, text="mất điện", msg_id="m1")
    statuses = []
    app = client.application

    def send() -> None:
        statuses.append(_post(app.test_client(), body, zalo.signature(body)))

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 50
    assert stored("zalo") == [{"text": "mất điện"}]


def test_forged_missing_cut_and_odd_signatures_store_nothing(client, zalo, stored):
    body = zalo.event(USER, text="mất điện")
    good = zalo.signature(body)
    other = ZaloPlatform(oa_secret_key="another").signature(body)
    for bad in (
        None,
        "",
        "mac=",
        good[:-1],
        good + "0",
        good.removeprefix("mac="),
        other,
        "mac=" + "é" * 64,
        "x" * 9000,
    ):
        assert _post(client, body, bad) == 403, bad
    assert _post(client, body.replace("mất".encode(), "có".encode()), good) == 403
    assert stored("zalo") == []
    assert _post(client, body, good) == 200


def test_an_app_that_is_not_ours_is_refused(client, zalo):
    foreign = ZaloPlatform(app_id="1")
    body = foreign.event(USER, text="a")
    assert _post(client, body, foreign.signature(body)) == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_unreadable_bodies_are_bad_requests(client, body):
    assert _post(client, body, "mac=" + "0" * 64) == 400


@pytest.mark.parametrize(
    "change",
    [{"sender": 5}, {"sender": {"id": None}}, {"sender": {"id": ["a"]}}, {"sender": None, "event_name": "follow"}],
)
def test_a_signed_message_without_an_author_is_not_acknowledged(client, zalo, stored, change):
    body = json.dumps({**json.loads(zalo.event(USER, text="a")), **change}).encode()
    assert _post(client, body, zalo.signature(body)) == 400
    assert stored("zalo") == []


@pytest.mark.parametrize(
    "change",
    [
        {"message": 5},
        {"message": None},
        {"message": {"text": {"a": 1}}},
        {"message": {"attachments": "x"}},
        {"message": {"attachments": [None, 5, {"type": 7, "payload": 8}]}},
        {"message": {"attachments": [{"type": "location", "payload": {"coordinates": {"latitude": "x"}}}]}},
        {"timestamp": "abc"},
    ],
)
def test_a_signed_message_in_odd_shape_is_kept_as_unknown(client, zalo, stored, change):
    body = json.dumps({**json.loads(zalo.event(USER, text="a")), **change}).encode()
    assert _post(client, body, zalo.signature(body)) == 200
    assert len(stored("zalo")) == 1


@pytest.mark.parametrize(
    "name",
    ["oa_send_text", "user_received_message", "user_seen_message", "unfollow", "user_reacted_message", "new_one"],
)
def test_echoes_receipts_and_unknown_events_are_acknowledged_and_ignored(client, zalo, stored, name):
    body = zalo.event(USER, name, text="a")
    assert _post(client, body, zalo.signature(body)) == 200
    assert stored("zalo") == []


def test_following_is_greeted_once(zalo, served, bot):
    for retry in (0, 1):
        assert zalo.deliver(served, zalo.follow(USER), retry) == 200
    (greeting,) = zalo.wait_for(USER, 1)
    assert len(greeting.buttons) == 5
    zalo.deliver(served, zalo.event(USER, text="alo"))
    assert [shown.text for shown in zalo.wait_for(USER, 2)][1:] == ["Dạ em nghe: alo"]


def test_the_console_may_look_and_prove_its_domain(client):
    assert client.get("/webhooks/zalo").status_code == 200
    assert client.get("/webhooks/zalo?hub.challenge=77").data == b"77"
    assert client.get("/zalo_verifierQx7.html").status_code == 200
    assert client.get("/zalo_verifierother.html").status_code == 404


def test_withdrawing_erases_what_was_said(client, zalo, db, stored):
    turns = Turns(db, EchoEngine())
    for body in (zalo.event(USER, text="số em 0987000111"), *[zalo.event(USER, "user_withdraw")] * 2):
        assert _post(client, body, zalo.signature(body)) == 200
        turns.work_once()
    turns.close()
    assert stored("zalo") == [{"erased": True}]
    assert claim_deletion(db).person == USER


# --- the whole way ------------------------------------------------------------------------------------------


def test_a_talk_through_the_platform_with_taps_as_text(zalo, served, bot):
    zalo.deliver(served, zalo.event(USER, text="chọn"))
    shown = zalo.wait_for(USER, 2)[-1]
    assert shown.buttons[0] == ("Báo mất điện", "report_outage")
    zalo.deliver(served, zalo.event(USER, text=shown.buttons[0][1]))
    assert zalo.wait_for(USER, 3)[-1].text == "Dạ em nhận nút report_outage"


def test_late_and_repeated_deliveries_bring_one_answer(zalo, served, bot):
    first, second = zalo.event(USER, text="một"), zalo.event(USER, text="hai")
    for body, retry in ((second, 0), (first, 1), (second, 1), (first, 2)):
        assert zalo.deliver(served, body, retry) == 200
    texts = sorted(shown.text for shown in zalo.wait_for(USER, 3))
    assert texts[1:] == ["Dạ em nghe: hai", "Dạ em nghe: một"] or len(texts) == 3


def test_the_platforms_receipts_are_kept_with_the_answer(zalo, served, bot, db):
    zalo.gateway = served
    zalo.deliver(served, zalo.event(USER, text="alo"))
    zalo.wait_for(USER, 2)
    with db.transaction() as connection:
        sent = "SELECT platform_message_id FROM conversations.message WHERE direction = 'out' AND status = 'sent'"
        ids = connection.exec_driver_sql(sent).scalars().all()
    seen = zalo.from_oa(USER, "user_seen_message", {"msg_ids": list(ids)})
    assert zalo.deliver(served, seen) == 200
    with db.transaction() as connection:
        ticks = "SELECT count(*) FROM conversations.message WHERE seen_at IS NOT NULL AND delivered_at IS NOT NULL"
        assert connection.exec_driver_sql(ticks).scalar_one() == len(ids) > 0


def test_the_bot_is_silent_while_staff_answer_in_zalos_own_tool(zalo, served, bot, db):
    zalo.deliver(served, zalo.event(USER, text="một"))
    zalo.wait_for(USER, 2)
    staff = zalo.from_oa(USER, "oa_send_text", {"msg_id": "z1", "text": "Em là Hoa ạ"}, admin_id="7")
    for _ in range(2):
        assert zalo.deliver(served, staff) == 200
    zalo.deliver(served, zalo.event(USER, text="hai"))
    zalo.deliver(served, zalo.event("77", text="ba"))
    zalo.wait_for("77", 2)
    said = [(m.author, m.content.text) for m in messages_after(db, 1, 0)]
    assert said[-2:] == [("agent", "Em là Hoa ạ"), ("customer", "hai")]
    assert conversation_state(db, 1) == "agent"
