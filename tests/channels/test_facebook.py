"""Facebook: only what Facebook signed is stored, batches whole and in order; answers fit its limits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from channels.accounts import FacebookAccount
from channels.errors import Malformed
from channels.facebook import parse
from channels.facebook_sending import FacebookSender, error_of, messages
from conversations import (
    Button,
    ChannelStopped,
    Content,
    Outbound,
    RateLimited,
    Refused,
    Retry,
    Undeliverable,
)
from tests.platforms import FacebookPlatform

USER = "6012345678901234"


def _post(client: FlaskClient, body: bytes, signature: str | None) -> int:
    head = {} if signature is None else {"X-Hub-Signature-256": signature}
    return client.post("/webhooks/facebook", data=body, headers=head).status_code


def _parse(*events: dict) -> list:
    return parse({"object": "page", "entry": [{"id": "1001", "messaging": list(events)}]}, ["page"])


# --- the door ----------------------------------------------------------------------------------------------


def test_the_handshake_wants_our_word(client):
    asked = "/webhooks/facebook?hub.mode=subscribe&hub.verify_token={}&hub.challenge=1158201444"
    assert client.get(asked.format("fb-verify")).data == b"1158201444"
    for wrong in ("no", "", "fb-verif", "é"):
        assert client.get(asked.format(wrong)).status_code == 403
    assert client.get("/webhooks/facebook").status_code == 403


def test_forged_missing_cut_and_odd_signatures_store_nothing(client, facebook, stored):
    body = facebook.batch(facebook.message(USER, "mất điện"))
    good = facebook.signature(body)
    bad = [None, "", "sha256=", good[:-1], good + "0", good.replace("sha256", "sha1"), good[7:], "sha256=" + "é" * 64]
    for each in [*bad, FacebookPlatform(app_secret="x").signature(body)]:
        assert _post(client, body, each) == 403, each
    assert _post(client, body + b" ", good) == 403
    assert stored("facebook") == []
    assert _post(client, body, good) == 200
    assert stored("facebook") == [{"text": "mất điện"}]


def test_a_batch_of_twenty_is_handled_in_order(facebook, served, bot):
    events = [facebook.message(USER, f"tin {n}", timestamp=1_790_000_000_000 + n) for n in range(20)]
    facebook.last_action[USER] = facebook.now()
    assert facebook.deliver(served, facebook.batch(*reversed(events))) == 200
    shown = [each.text for each in facebook.wait_for(USER, 21, 20)]
    assert shown[1:] == [f"Dạ em nghe: tin {n}" for n in range(20)]


def test_a_batch_again_is_nothing_new(client, facebook, stored):
    body = facebook.batch(facebook.message(USER, "a"), facebook.message("other", "b"))
    for _ in range(3):
        assert _post(client, body, facebook.signature(body)) == 200
    assert len(stored("facebook")) == 2


@pytest.mark.parametrize(
    "event",
    [
        {"message": {"mid": "e", "is_echo": True, "app_id": 1, "text": "a"}},
        {"delivery": {"mids": ["m"], "watermark": 1}},
        {"read": {"watermark": 1}},
        {"message_edit": {"mid": "m", "text": "b"}},
        {"reaction": {"mid": "m", "emoji": "👍"}},
        {"optin": {"ref": "x"}},
        {"something_new": {}},
        {},
    ],
)
def test_echoes_receipts_edits_and_unknown_events_start_no_turn(client, facebook, stored, event):
    body = facebook.batch({"sender": {"id": USER}, "timestamp": 1, **event})
    assert _post(client, body, facebook.signature(body)) == 200
    assert stored("facebook") == []


@pytest.mark.parametrize(
    "told", [{"object": "instagram", "entry": []}, {"object": "page", "entry": [{"id": "1", "standby": [{}]}]}]
)
def test_what_others_own_is_acknowledged(client, facebook, told):
    body = json.dumps(told).encode()
    assert _post(client, body, facebook.signature(body)) == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'{"object": "page"}',
        b'{"object": "page", "entry": 5}',
        b'{"object": "page", "entry": [5]}',
        b'{"object": "page", "entry": [{"messaging": 5}]}',
        b'{"object": "page", "entry": [{"messaging": ["a"]}]}',
        b'{"object": "page", "entry": [{"messaging": [{"message": 5}]}]}',
        b'{"object": "page", "entry": [{"messaging": [{"message": {"mid": 5.5}, "sender": {"id": "1"}}]}]}',
        b'{"object": "page", "entry": [{"messaging": [{"message": {"mid": "m", "text": "a"}, "sender": 5}]}]}',
    ],
)
def test_what_cannot_be_kept_is_not_acknowledged(client, facebook, stored, raw):
    assert _post(client, raw, facebook.signature(raw)) == 400
    assert stored("facebook") == []


def test_one_broken_event_does_not_hold_up_its_batch(client, facebook, stored):
    body = facebook.batch({"message": 5}, facebook.message(USER, "mất điện"))
    assert _post(client, body, facebook.signature(body)) == 200
    assert stored("facebook") == [{"text": "mất điện"}]


# --- reading events ----------------------------------------------------------------------------------------


def test_a_quick_reply_and_a_button_carry_their_payload(facebook):
    quick = facebook.message(USER, "Báo mất điện", quick_reply={"payload": "report_outage"})
    (first, second) = _parse(quick, facebook.postback(USER, "Có", "affirm"))
    assert (first.content.text, first.content.payload) == ("Báo mất điện", "report_outage")
    assert (second.content.text, second.content.payload) == ("Có", "affirm")


def test_the_window_is_a_day_and_get_started_only_greets(facebook):
    (one,) = _parse(facebook.message(USER, "a", timestamp=1458692752478))
    assert one.sent_at == datetime.fromtimestamp(1458692752.478, UTC)
    assert one.reply_until == one.sent_at + timedelta(hours=24)
    (started,) = _parse(facebook.postback(USER, "Bắt đầu", "GET_STARTED"))
    assert started.kind == "greet"


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ({"type": "image", "payload": {"url": "u"}}, "image"),
        ({"type": "sticker", "payload": {"url": "u", "sticker_id": 3}}, "sticker"),
        ({"type": "fallback", "title": "t"}, "link"),
        ({"type": "hologram"}, "unknown"),
        (5, "unknown"),
    ],
)
def test_attachments_are_named(facebook, sent, kind):
    (seen,) = _parse(facebook.message(USER, attachments=[sent]))
    assert [a.kind for a in seen.content.attachments] == [kind]


def test_an_empty_message_and_a_place(facebook):
    (empty,) = _parse(facebook.message(USER))
    assert [a.kind for a in empty.content.attachments] == ["unknown"]
    place = {"type": "location", "payload": {"coordinates": {"lat": 10.79, "long": 106.78}}}
    (seen,) = _parse(facebook.message(USER, attachments=[place]))
    assert (seen.content.location.lat, seen.content.location.lon) == (10.79, 106.78)


def test_pages_keep_apart(facebook):
    event = facebook.message(USER, "a")
    body = {"object": "page", "entry": [{"id": page, "messaging": [event]} for page in ("1", "2")]}
    assert [each.account for each in parse(body, ["page", "2"])] == ["page", "2"]
    assert [each.account for each in parse(body, ["2"])] == ["2"]


def test_only_broken_events_are_malformed():
    with pytest.raises(Malformed):
        _parse({"message": {"text": "a"}, "sender": {"id": "1"}})


# --- writing and sending -----------------------------------------------------------------------------------


def test_quick_replies_are_cut_and_too_many_become_lines():
    buttons = tuple(Button(f"Một tiêu đề dài quá hai mươi chữ {n}", f"p{n}") for n in range(14))
    (thirteen,) = messages(Content(text="Chọn", buttons=buttons[:13]))
    (fourteen,) = messages(Content(text="Chọn", buttons=buttons))
    assert all(len(quick["title"]) <= 20 for quick in thirteen["quick_replies"])
    assert fourteen["text"].endswith("14. Một tiêu đề dài quá hai mươi chữ 13")
    assert "quick_replies" not in fourteen


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (10, 2018278, Undeliverable),
        (551, None, Undeliverable),
        (200, 1545041, Undeliverable),
        (190, 463, ChannelStopped),
        (4, None, RateLimited),
        (613, None, RateLimited),
        (32, None, RateLimited),
        (80006, None, RateLimited),
        (2, None, Retry),
        (1200, None, Retry),
        (100, 2018001, Refused),
        (100, None, Refused),
        (10, None, ChannelStopped),
        (200, None, ChannelStopped),
        (230, None, ChannelStopped),
        (368, None, ChannelStopped),
        (99999, None, Retry),
    ],
)
def test_each_error_asks_for_one_thing(code, subcode, kind):
    assert type(error_of(code, subcode, "x", 0)) is kind


@pytest.fixture
def sender(facebook: FacebookPlatform) -> FacebookSender:
    account = FacebookAccount(app_secret="s", page_token=facebook.page_token, verify_token="v")
    facebook.last_action[USER] = facebook.now()
    return FacebookSender(account, facebook.url)


def _out(text: str = "Dạ", user: str = USER, **more: object) -> Outbound:
    return Outbound(7, 1, "facebook", "page", user, Content(text=text, **more), None, 0)  # type: ignore[arg-type]


def test_a_message_names_its_kind_and_our_id(sender, facebook):
    assert sender.send(_out(buttons=(Button("Có", "affirm"),)))
    asked = facebook.asked[-1].json()
    assert (asked["messaging_type"], asked["message"]["metadata"]) == ("RESPONSE", "7/0")
    assert facebook.to(USER)[0].buttons == (("Có", "affirm"),)


def test_long_text_leaves_in_parts(sender, facebook):
    sender.send(_out("điện lực " * 500))
    assert " ".join(shown.text for shown in facebook.to(USER)) == ("điện lực " * 500).strip()


def test_pauses_grow_while_the_page_sends_too_fast(sender, facebook):
    facebook.rate_per_minute = 0
    pauses = []
    for _ in range(3):
        with pytest.raises(RateLimited) as raised:
            sender.send(_out())
        pauses.append(raised.value.pause_s)
    assert pauses == [60.0, 120.0, 240.0]


def test_the_platforms_refusals_reach_the_spine_without_the_token(sender, facebook):
    with pytest.raises(Undeliverable):
        sender.send(_out(user="never wrote"))
    facebook.token_alive = False
    with pytest.raises(ChannelStopped) as raised:
        sender.send(_out())
    assert facebook.page_token not in raised.value.reason
    gone = FacebookSender(FacebookAccount(app_secret="s", page_token="tok", verify_token="v"), "http://127.0.0.1:9")
    with pytest.raises(Retry) as lost:
        gone.send(_out())
    assert "tok" not in lost.value.reason


def test_a_talk_through_the_platform(facebook, served, bot):
    facebook.deliver(served, facebook.batch(facebook.message(USER, "chọn")))
    title, payload = facebook.wait_for(USER, 2)[-1].buttons[0]
    tap = facebook.message(USER, title, quick_reply={"payload": payload})
    facebook.deliver(served, facebook.batch(tap))
    assert facebook.wait_for(USER, 3)[-1].text == "Dạ em nhận nút report_outage"


def test_a_payload_never_shown_is_plain_text(facebook, served, bot):
    facebook.deliver(served, facebook.batch(facebook.postback(USER, "x", 'affirm{"verified":"yes"}')))
    assert facebook.wait_for(USER, 2)[-1].text == "Dạ em nghe: x"
