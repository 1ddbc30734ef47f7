"""Zalo: only what Zalo signed is stored, once and whole; answers fit its limits; one process renews tokens."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from channels.base import Webhook
from channels.errors import Malformed
from channels.zalo import Zalo
from channels.zalo_errors import error_of
from channels.zalo_reading import asides_of, inbound_of
from channels.zalo_rendering import messages
from channels.zalo_rules import WINDOW, ZaloRules
from channels.zalo_tokens import ZaloAddresses
from conversations import (
    Attachment,
    Button,
    Content,
    Receipt,
    Turns,
    claim_deletion,
    conversation_state,
    messages_after,
)
from tests.channels.conftest import EchoEngine
from tests.channels.zalo_account import account_of
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


# --- reading events ----------------------------------------------------------------------------------------


def _read(zalo: ZaloPlatform, name: str, **message: object):
    body = zalo.event(USER, name, **message)
    return inbound_of(json.loads(body), Webhook(body, Headers(), NOW), "oa", WINDOW)


def test_a_message_carries_its_window_and_time(zalo):
    seen = _read(zalo, "user_send_text", text="Mất điện".encode().decode(), timestamp="1751100041636", msg_id="m9")
    assert seen.sent_at == datetime.fromtimestamp(1751100041.636, UTC)
    assert seen.reply_until == seen.sent_at + timedelta(days=7)
    assert (seen.user_id, seen.platform_message_id, seen.account) == (USER, "m9", "oa")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("image", "image"),
        ("gif", "gif"),
        ("audio", "audio"),
        ("video", "video"),
        ("file", "file"),
        ("sticker", "sticker"),
        ("link", "link"),
        ("hologram", "unknown"),
    ],
)
def test_every_kind_of_attachment_is_named(zalo, name, kind):
    sent = [{"type": name, "payload": {"url": "https://f.example/1", "name": "a.pdf"}}]
    seen = _read(zalo, f"user_send_{name}", attachments=sent)
    assert seen.content.attachments == (Attachment(kind, "https://f.example/1", "a.pdf"),)


def test_a_place_and_its_name_are_kept(zalo):
    sent = [{"type": "location", "payload": {"coordinates": {"latitude": "10.7923119", "longitude": "106.7820651"}}}]
    seen = _read(zalo, "user_send_location", text="Cái Khế", attachments=sent)
    assert (seen.content.location.lat, seen.content.text) == (10.7923119, "Cái Khế")


def test_a_business_card_is_a_name_with_a_phone(zalo):
    card = {"description": json.dumps({"phone": "84912345678", "qrCodeUrl": "x"})}
    seen = _read(zalo, "user_send_business_card", text="Lan", attachments=[{"type": "link", "payload": card}])
    assert seen.content.text == "Lan 0912345678"


@pytest.mark.parametrize(
    "info",
    [
        {"name": "Lan", "phone": "84912345678", "address": "5 Trần Phú", "ward": "Ba Đình", "city": "Hà Nội"},
        {
            "name": "Lan",
            "phone": "84912345678",
            "full_address": {"user_address": "5 Trần Phú", "user_ward": "Ba Đình", "user_city": "Hà Nội"},
        },
    ],
)
def test_both_shapes_of_the_contact_form_become_text(zalo, info):
    event = {**json.loads(zalo.event(USER)), "event_name": "user_submit_info", "info": info}
    del event["message"]
    seen = inbound_of(event, Webhook(b"raw", Headers(), NOW), "oa", WINDOW)
    assert seen.content.text == "Tôi tên là Lan, số điện thoại 0912345678, địa chỉ 5 Trần Phú, Ba Đình, Hà Nội"
    assert len(seen.platform_message_id) == 64


def test_nobody_named_is_malformed(zalo):
    event = {"event_name": "user_send_text", "message": {"text": "a"}}
    with pytest.raises(Malformed):
        inbound_of(event, Webhook(b"", Headers(), NOW), "oa", WINDOW)


def _asides(zalo: ZaloPlatform, name: str, **fields: object):
    event = {**json.loads(zalo.event("1", name)), "sender": {"id": "oa"}, "recipient": {"id": USER}, **fields}
    return asides_of(event, Webhook(b"raw", Headers(), NOW), "oa")


@pytest.mark.parametrize(
    ("name", "message", "seen", "ids"),
    [
        ("user_received_message", {"msg_id": "a"}, False, ("a",)),
        ("user_seen_message", {"msg_ids": ["a", "b", 5]}, True, ("a", "b")),
    ],
)
def test_receipts_name_our_messages_and_their_reader(zalo, name, message, seen, ids):
    (receipt,) = _asides(zalo, name, message=message, timestamp="1751100041636")
    at = datetime.fromtimestamp(1751100041.636, UTC)
    assert receipt == Receipt("zalo", "oa", USER, at, seen, ids)


def test_who_unfollows_has_left(zalo):
    (left,) = _asides(zalo, "unfollow", follower={"id": USER})
    assert (left.user_id, left.reason) == (USER, "unfollowed")


def test_only_what_a_person_wrote_in_zalos_tool_silences_the_bot(zalo):
    said = {"msg_id": "z1", "text": "Em là Hoa"}
    (wrote,) = _asides(zalo, "oa_send_text", message=said, sender={"id": "oa", "admin_id": "7"})
    assert (wrote.user_id, wrote.platform_message_id, wrote.content) == (USER, "z1", Content(text="Em là Hoa"))
    assert _asides(zalo, "oa_send_text", message=said, admin_id="7")
    assert _asides(zalo, "oa_send_text", message=said) == []


@pytest.mark.parametrize("name", ["user_reacted_message", "user_seen_message", "user_send_text", "unfollow", "new_one"])
def test_nothing_is_made_of_other_events(zalo, name):
    assert _asides(zalo, name, message={}, sender={}) == []


def test_a_person_without_an_account_is_told_apart_by_their_talk(zalo):
    seen = _read(zalo, "anonymous_send_text", text="mất điện", conversation_id="c9")
    assert (seen.user_id, seen.content.text) == (f"anonymous/{USER}/c9", "mất điện")


def test_an_operator_decides_about_paid_messages_and_people_without_an_account(zalo):
    rules = ZaloRules(charged=False, answers_anonymous=False)
    channel = Zalo([account_of(zalo)], ZaloAddresses(zalo.url, zalo.url), rules=rules)
    body = zalo.event(USER, text="a")
    (seen,) = channel.parse(Webhook(body, Headers(), NOW), ["oa"])
    assert seen.reply_until == seen.sent_at + timedelta(hours=48)
    stranger = zalo.event(USER, "anonymous_send_text", text="a")
    assert channel.parse(Webhook(stranger, Headers(), NOW), ["oa"]) == []


# --- writing messages --------------------------------------------------------------------------------------


def test_five_buttons_are_buttons_and_six_are_numbered_lines():
    buttons = tuple(Button(f"Mục {n}", f"pick;n={n}") for n in range(6))
    (five,) = messages(Content(text="Chọn", buttons=buttons[:5]))
    (six,) = messages(Content(text="Chọn", buttons=buttons))
    assert [b["type"] for b in five["attachment"]["payload"]["buttons"]] == ["oa.query.hide"] * 5
    assert six == {"text": "Chọn\n1. Mục 0\n2. Mục 1\n3. Mục 2\n4. Mục 3\n5. Mục 4\n6. Mục 5"}


def test_long_text_is_cut_between_words_and_buttons_stay_last():
    parts = messages(Content(text="điện lực " * 500, buttons=(Button("Có", "affirm"),)))
    assert all(len(part["text"]) <= 2000 for part in parts)
    assert " ".join(part["text"] for part in parts) == ("điện lực " * 500).strip()
    assert ["attachment" in part for part in parts] == [False, False, True]


def test_a_rate_limit_waits_for_the_next_minute():
    assert error_of(-32, "x", 120.0 + 45.0).pause_s == 15.0


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
