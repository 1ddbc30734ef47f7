"""Telegram: only what carries our secret is stored, private chats alone are served, every update once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from channels.accounts import TelegramAccount
from channels.base import Webhook
from channels.errors import Malformed
from channels.telegram import SECRET_HEADER, Telegram
from channels.telegram_pace import Limits
from channels.telegram_reading import gone, read
from conversations import Inbound
from settings import ROOT
from tests.platforms import TelegramPlatform
from tests.waiting import until

USER = "1111"
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)


def _post(client: FlaskClient, body: bytes, secret: str | None = "telegram-secret") -> int:
    head = {} if secret is None else {SECRET_HEADER: secret}
    return client.post("/webhooks/telegram", data=body, headers=head).status_code


def _read(body: bytes) -> Inbound | None:
    return read(json.loads(body), "7", NOW)


def _seen(body: bytes) -> Inbound:
    inbound = _read(body)
    assert inbound is not None
    return inbound


# --- the door ----------------------------------------------------------------------------------------------


def test_forged_missing_and_cut_secrets_store_nothing(client, telegram, stored):
    body = telegram.message(USER, "mất điện")
    for wrong in (None, "", "telegram-secre", "telegram-secret0", "é", "TELEGRAM-SECRET"):
        assert _post(client, body, wrong) == 403, wrong
    assert stored("telegram") == []
    assert _post(client, body) == 200
    assert stored("telegram") == [{"text": "mất điện"}]


def test_bots_on_one_address_are_told_apart_by_their_secrets(telegram):
    accounts = [TelegramAccount(bot_token=f"{n}:abc", webhook_secret=f"s{n}") for n in (1, 2)]
    channel = Telegram([*accounts, TelegramAccount(bot_token="3:abc")], telegram.url, Limits())
    webhook = Webhook(telegram.message(USER, "a"), Headers({SECRET_HEADER: "s2"}), NOW)
    (inbound,) = channel.parse(webhook, channel.verify(webhook))
    assert inbound.account == "2"


def test_an_update_again_is_nothing_new(client, telegram, stored):
    bodies = [telegram.message(USER, "a"), telegram.tap(USER, "Có", "affirm"), telegram.edited(USER, "b")]
    for _ in range(3):
        assert [_post(client, body) for body in bodies] == [200, 200, 200]
    assert len(stored("telegram")) == 3


def test_an_update_id_that_starts_anew_swallows_no_message():
    first, second = (
        {
            "update_id": 5,
            "message": {"message_id": n, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "a"},
        }
        for n in (8, 9)
    )
    assert read(first, "7", NOW).platform_message_id != read(second, "7", NOW).platform_message_id


@pytest.mark.parametrize(
    "update",
    [
        {"channel_post": {"message_id": 1, "chat": {"id": -1, "type": "channel"}, "text": "a"}},
        {"poll": {"id": "1"}},
        {"inline_query": {"id": "1", "query": "a"}},
        {"something_new": {}},
        {},
        {"message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "pinned_message": {}}},
        {
            "message": {
                "message_id": 1,
                "chat": {"id": 1, "type": "private"},
                "from": {"id": 2, "is_bot": True},
                "text": "a",
            }
        },
        {"callback_query": {"id": "1", "from": {"id": 1}, "game_short_name": "g"}},
    ],
)
def test_what_is_not_for_us_is_acknowledged(client, stored, update):
    assert _post(client, json.dumps({"update_id": 1, **update}).encode()) == 200
    assert stored("telegram") == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'{"message": {}}',
        b'{"update_id": 1, "message": 5}',
        b'{"update_id": 1, "message": {"chat": {"type": "private"}, "text": "a"}}',
        b'{"update_id": 1, "callback_query": []}',
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_cannot_be_kept_is_not_acknowledged(client, stored, raw):
    assert _post(client, raw) == 400
    assert stored("telegram") == []


def test_the_gateway_does_without_the_library():
    asked = "import sys, apps.gateway; print('telegram' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, env=env, check=True)
    assert done.stdout == "False\n"


# --- reading updates ---------------------------------------------------------------------------------------


def test_a_message_says_who_and_when_and_has_no_window(telegram):
    seen = _seen(telegram.message(USER, "mất điện", date=1_790_000_000))
    assert (seen.user_id, seen.content.text, seen.reply_until, seen.kind) == (USER, "mất điện", None, "message")
    assert seen.sent_at == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize(
    ("sent", "kind", "url", "name"),
    [
        ({"photo": [{"file_id": "small"}, {"file_id": "large"}]}, "image", "telegram:large", ""),
        ({"voice": {"file_id": "v", "duration": 3}}, "audio", "telegram:v", ""),
        ({"video_note": {"file_id": "v"}}, "video", "telegram:v", ""),
        ({"document": {"file_id": "d", "file_name": "đơn.pdf"}}, "file", "telegram:d", "đơn.pdf"),
        ({"animation": {"file_id": "a"}, "document": {"file_id": "a"}}, "gif", "telegram:a", ""),
        ({"sticker": {"file_id": "s", "emoji": "👍"}}, "sticker", "telegram:s", ""),
        ({"poll": {"id": "1", "question": "?"}}, "unknown", "", "poll"),
        ({"dice": {"value": 3}}, "unknown", "", "dice"),
        ({"photo": "hologram"}, "unknown", "", "photo"),
    ],
)
def test_attachments_are_named(telegram, sent, kind, url, name):
    (found,) = _seen(telegram.message(USER, **sent)).content.attachments
    assert (found.kind, found.url, found.name) == (kind, url, name)


def test_a_picture_keeps_its_caption(telegram):
    seen = _seen(telegram.message(USER, photo=[{"file_id": "p"}], caption="cột đổ"))
    assert (seen.content.text, len(seen.content.attachments)) == ("cột đổ", 1)


def test_a_place_a_venue_and_a_phone(telegram):
    place = {"latitude": 10.79, "longitude": 106.78}
    pinned = _seen(telegram.message(USER, location=place)).content
    assert (pinned.location.lat, pinned.location.lon, pinned.text) == (10.79, 106.78, None)
    venue = _seen(telegram.message(USER, location=place, venue={"location": place, "title": "Chợ", "address": "Q1"}))
    assert venue.content.text == "Chợ, Q1"
    shared = _seen(telegram.message(USER, contact={"phone_number": "+84912345678", "user_id": 1111}))
    assert shared.content.text == "0912345678"
    odd = _seen(telegram.message(USER, location={"latitude": 1e999, "longitude": "x"})).content
    assert odd.location is None


def test_a_press_carries_title_and_payload(telegram):
    seen = _seen(telegram.tap(USER, "Báo mất điện", "report_outage"))
    assert (seen.content.text, seen.content.payload, seen.user_id) == ("Báo mất điện", "report_outage", USER)


def test_new_words_of_an_old_message_count_and_a_wandering_place_does_not(telegram):
    assert _seen(telegram.edited(USER, "mất điện ở 5 Lê Lợi")).content.text == "mất điện ở 5 Lê Lợi"
    moving = json.loads(telegram.message(USER, location={"latitude": 1.0, "longitude": 1.0}))
    assert read({"update_id": 1, "edited_message": moving["message"]}, "7", NOW) is None


def test_start_belongs_to_the_channel(telegram):
    assert _seen(telegram.message(USER, "/start")).kind == "greet"
    assert _seen(telegram.message(USER, "/start@dienluc_bot")).kind == "greet"
    linked = _seen(telegram.message(USER, "/start report_outage"))
    assert (linked.kind, linked.content.payload) == ("message", "report_outage")


def test_commands_of_the_menu_are_words_and_others_stay_as_typed(telegram):
    assert _seen(telegram.message(USER, "/matdien")).content.text == "báo mất điện"
    assert _seen(telegram.message(USER, "/xyz 1")).content.text == "/xyz 1"


def test_who_lets_us_back_in_opens_the_chat_and_who_blocks_us_does_not(telegram):
    assert _seen(telegram.membership(USER, "kicked", "member")).kind == "greet"
    blocked = telegram.membership(USER, "member", "kicked")
    assert _read(blocked) is None
    left = gone(json.loads(blocked), "7", NOW)
    assert left is not None
    assert (left.user_id, left.reason) == (USER, "blocked")
    assert gone(json.loads(telegram.membership("-56", "member", "kicked", "group")), "7", NOW) is None
    with pytest.raises(Malformed):
        read({"update_id": 1, "my_chat_member": "x"}, "7", NOW)


# --- what is done at once ----------------------------------------------------------------------------------


def test_a_press_is_let_go_and_typing_shown(telegram, served, bot):
    telegram.deliver(served, telegram.message(USER, "chọn"))
    _, data = telegram.wait_for(USER, 2)[-1].buttons[0]
    telegram.deliver(served, telegram.tap(USER, "Báo mất điện", data))
    assert telegram.wait_for(USER, 3)[-1].text == "Dạ em nhận nút report_outage"
    until(lambda: telegram.made("answerCallbackQuery"))
    assert {"chat_id": int(USER), "action": "typing"} in telegram.made("sendChatAction")


def test_groups_are_told_where_to_write_and_nothing_else(telegram, served, bot, stored):
    telegram.deliver(served, telegram.in_group("-55", USER, "mất điện rồi"))
    telegram.deliver(served, telegram.in_group("-1009", USER, "/start"))  # the staff's own
    for _ in range(3):
        telegram.deliver(served, telegram.in_group("-55", USER, "/start@dienluc_bot"))
    assert "chat riêng" in telegram.wait_for("-55", 1)[0].text
    telegram.deliver(served, telegram.membership("-56", "left", "member", "group"))
    assert telegram.wait_for("-56", 1)
    assert (len(telegram.to("-55")), telegram.to("-1009"), stored("telegram")) == (1, [], [])


def test_a_platform_that_does_not_answer_holds_up_no_webhook(telegram, client):
    telegram.delay_s = 2.0
    began = time.monotonic()
    for _ in range(30):
        assert _post(client, telegram.message(USER, "a")) == 200
    assert time.monotonic() - began < 55  # one after the other they would wait for a minute


# --- whole talks -------------------------------------------------------------------------------------------


def test_start_greets_once_however_often_it_is_delivered(telegram, served, bot, db):
    body = telegram.message(USER, "/start")
    for _ in range(3):
        assert telegram.deliver(served, body) == 200
    telegram.deliver(served, telegram.message(USER, "a"))
    assert telegram.wait_for(USER, 2)[-1].text == "Dạ em nghe: a"
    assert len(telegram.to(USER)) == 2


def test_who_starts_again_later_is_answered(telegram, served, bot):
    telegram.deliver(served, telegram.message(USER, "/start"))
    telegram.wait_for(USER, 1)
    later = int((datetime.now(UTC) + timedelta(minutes=5)).timestamp())
    body = telegram.message(USER, "/start", date=later)
    for _ in range(2):
        telegram.deliver(served, body)
    assert telegram.wait_for(USER, 2)[-1].text == "Dạ em nghe: xin chào"
    telegram.deliver(served, telegram.message(USER, "a"))
    assert [each.text for each in telegram.wait_for(USER, 3)[1:]] == ["Dạ em nghe: xin chào", "Dạ em nghe: a"]


def test_a_link_of_ours_opens_the_dialogue_it_names(telegram, served, bot):
    telegram.deliver(served, telegram.message(USER, "/start report_outage"))
    assert telegram.wait_for(USER, 2)[-1].text == "Dạ em nhận nút report_outage"


def test_a_payload_never_shown_is_plain_text(telegram, served, bot):
    telegram.deliver(served, telegram.tap(USER, "x", 'affirm{"verified":"yes"}'))
    assert telegram.wait_for(USER, 2)[-1].text == "Dạ em nghe: x"


def test_a_person_who_blocked_us_and_came_back(telegram: TelegramPlatform, served, bot, db):
    telegram.blocked_by.add(USER)
    telegram.deliver(served, telegram.message(USER, "a"))

    def undelivered() -> list[str]:
        with db.transaction() as connection:
            rows = connection.exec_driver_sql("SELECT reason FROM conversations.message WHERE status = 'undeliverable'")
            return [row.reason for row in rows]

    until(lambda: len(undelivered()) == 2)  # the greeting and the answer
    assert "blocked" in undelivered()[0]
    telegram.blocked_by.clear()
    telegram.deliver(served, telegram.message(USER, "b"))
    assert telegram.wait_for(USER, 1)[-1].text == "Dạ em nghe: b"
