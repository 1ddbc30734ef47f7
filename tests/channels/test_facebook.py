"""Facebook: only what Facebook signed is stored, batches whole and in order; answers fit its limits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from channels.errors import Malformed
from channels.facebook_reading import parse
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
        {"message_edit": {"mid": "m", "text": ""}},
        {"message": {"mid": "m", "is_deleted": True}},
        {"app_roles": {"1": ["primary_receiver"]}},
        {"reaction": {"mid": "m", "emoji": "👍"}},
        {"optin": {"ref": "x"}},
        {"something_new": {}},
        {},
    ],
)
def test_echoes_receipts_reactions_and_unknown_events_start_no_turn(client, facebook, stored, event):
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
        ({"type": "image", "payload": {"url": "u", "sticker_id": 369239263222822}}, "sticker"),
        ({"type": "audio", "payload": {"url": "u"}}, "audio"),
        ({"type": "video", "payload": {"url": "u"}}, "video"),
        ({"type": "file", "payload": {"url": "u"}}, "file"),
        ({"type": "fallback", "title": "t"}, "link"),
        ({"type": "reel", "payload": {"url": "u", "reel_video_id": 5}}, "link"),
        ({"type": "post", "payload": {"url": "u"}}, "link"),
        ({"type": "template", "payload": {"product": {}}}, "unknown"),
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


def test_new_words_of_an_edited_message_count_like_a_message_each_once(client, facebook, stored):
    edits = [
        facebook.event(USER, message_edit={"mid": "m1", "text": text, "num_edit": n})
        for n, text in ((1, "a"), (2, "b"))
    ]
    body = facebook.batch(*edits)
    for _ in range(2):
        assert _post(client, body, facebook.signature(body)) == 200
    assert stored("facebook") == [{"text": "a"}, {"text": "b"}]


@pytest.mark.parametrize("how", ["link", "opt-in", "get started"])
def test_a_link_of_ours_opens_a_dialogue_of_the_greeting_and_no_other(facebook, how):
    def came_by(ref: str):
        told = {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
        if how == "get started":
            return _parse(facebook.postback(USER, "Bắt đầu", "GET_STARTED", referral=told))[0]
        return _parse(facebook.event(USER, **{"referral" if how == "link" else "optin": told}))[0]

    opened = came_by("report_outage")
    assert (opened.kind, opened.content.text, opened.content.payload) == ("message", "Báo mất điện", "report_outage")
    for ref in ("help;topic=people", "affirm", 'affirm{"verified":"yes"}', "", "x" * 3_000):
        other = came_by(ref)
        assert (other.kind, other.content.payload) == ("greet", None), ref


def test_a_visitor_of_a_plugin_without_an_id_is_nobody_yet(facebook):
    assert _parse({"recipient": {"id": "1001"}, "timestamp": 1, "optin": {"ref": "x", "user_ref": "u1"}}) == []


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "-91", "NaN", "true"])
def test_a_place_off_the_earth_is_no_place(client, facebook, stored, number):
    place = {"type": "location", "payload": {"coordinates": {"lat": 987654321, "long": 106.78}}}
    body = facebook.batch(facebook.message(USER, attachments=[place], timestamp=987654321))
    body = body.replace(b"987654321", number.encode())
    assert _post(client, body, facebook.signature(body)) == 200
    assert len(stored("facebook")) == 1


def test_deeply_nested_and_doubled_keys_are_read_or_malformed(client, facebook):
    deep = (
        b'{"object":"page","entry":[{"id":"1001","messaging":[{"sender":{"id":"6"},"postback":' + b'{"a":' * 900 + b"1"
    )
    bodies = [deep + b"}" * 900 + b"}]}]}", b'{"object":"page","object":"page","entry":[],"entry":[]}', b"[" * 100_000]
    assert {_post(client, body, facebook.signature(body)) for body in bodies} <= {200, 400}


def test_a_thousand_events_are_one_batch(client, facebook, stored):
    body = facebook.batch(
        *(facebook.message(f"{n % 50}", f"tin {n}", timestamp=1_790_000_000_000 + n) for n in range(1_000))
    )
    assert _post(client, body, facebook.signature(body)) == 200
    assert len(stored("facebook")) == 1_000


# --- talking -----------------------------------------------------------------------------------------------


def test_a_talk_through_the_platform(facebook, served, bot):
    facebook.deliver(served, facebook.batch(facebook.message(USER, "chọn")))
    title, payload = facebook.wait_for(USER, 2)[-1].buttons[0]
    tap = facebook.message(USER, title, quick_reply={"payload": payload})
    facebook.deliver(served, facebook.batch(tap))
    assert facebook.wait_for(USER, 3)[-1].text == "Dạ em nhận nút report_outage"


def test_a_payload_never_shown_is_plain_text(facebook, served, bot):
    facebook.deliver(served, facebook.batch(facebook.postback(USER, "x", 'affirm{"verified":"yes"}')))
    assert facebook.wait_for(USER, 2)[-1].text == "Dạ em nghe: x"


def test_a_link_that_opened_a_dialogue_is_answered(facebook, served, bot):
    facebook.deliver(served, facebook.batch(facebook.event(USER, referral={"ref": "report_outage"})))
    assert facebook.wait_for(USER, 2)[-1].text == "Dạ em nhận nút report_outage"


def test_the_persistent_menu_counts_without_having_been_sent(facebook, served, bot):
    facebook.deliver(served, facebook.batch(facebook.postback(USER, "Tiền điện", "help;topic=bills")))
    assert facebook.wait_for(USER, 2)[-1].text == "Dạ em nhận nút help;topic=bills"


def test_who_starts_again_hears_something_and_the_first_start_only_a_greeting(facebook, served, bot, db):
    start = facebook.postback(USER, "Bắt đầu", "GET_STARTED")
    for _ in range(2):
        facebook.deliver(served, facebook.batch(start))
    assert len(facebook.wait_for(USER, 1)) == 1
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.message SET created_at = created_at - interval '1 hour'")
    facebook.deliver(served, facebook.batch(facebook.postback(USER, "Bắt đầu", "GET_STARTED")))
    assert facebook.wait_for(USER, 2)[-1].text == "Dạ em nghe: xin chào"
    assert [each.content.text for each in bot.turns] == ["xin chào"]


def test_who_comes_in_while_another_app_holds_the_thread_is_not_ours(facebook):
    events = [
        facebook.postback(USER, "Bắt đầu", "GET_STARTED"),
        facebook.event(USER, referral={"ref": "report_outage"}),
    ]
    entry = {"id": "1001", "standby": events}
    assert parse({"object": "page", "entry": [entry]}, ["page"]) == []
