"""Sending as a Telegram bot: every refusal asks for one thing, pictures are uploaded, the limits are kept together."""

from __future__ import annotations

import itertools
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from telegram import error as refused

from channels.base import SHARE_PHONE, SHARE_PLACE
from channels.telegram_client import TelegramClient, error_of
from channels.telegram_pace import Limits, Pace, reserve
from channels.telegram_rendering import messages
from channels.telegram_sending import TelegramSender
from conversations import (
    Attachment,
    Button,
    ChannelStopped,
    Content,
    Outbound,
    RateLimited,
    Refused,
    Retry,
    Undeliverable,
)
from tests.platforms import TelegramPlatform

USER = "1111"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 500
FREE = Limits(per_second=10_000, chat_every_s=0)


@pytest.fixture
def sender(db, telegram: TelegramPlatform) -> TelegramSender:
    telegram.started.add(USER)
    files = {"media:p.png": PNG, "media:f.pdf": b"%PDF-"}
    return TelegramSender(TelegramClient(telegram.token, telegram.url), Pace(db, "7", FREE), files.get)


def _out(text: str | None = "Dạ", user: str = USER, **more: object) -> Outbound:
    return Outbound(7, 1, "telegram", "7", user, Content(text=text, **more), None, 0)  # type: ignore[arg-type]


def test_a_message_with_buttons(sender, telegram):
    assert sender.send(_out(buttons=(Button("Có", "affirm"), Button("Không", "deny")))) == "1"
    assert telegram.to(USER)[0].buttons == (("Có", "affirm"), ("Không", "deny"))
    assert telegram.made("sendMessage")[0]["reply_markup"]["inline_keyboard"][0][1]["text"] == "Không"


def test_pictures_and_files_of_ours_are_uploaded_and_others_fetched(sender, telegram):
    picture, file = Attachment("image", "media:p.png"), Attachment("file", "media:f.pdf", "đơn.pdf")
    gone, foreign = Attachment("image", "media:gone.png"), Attachment("image", "https://x.vn/a.png")
    assert sender.send(_out("Dạ", attachments=(picture, gone, foreign, file)))
    assert [each.picture for each in telegram.to(USER)] == [
        f"upload of {len(PNG)} bytes",
        "https://x.vn/a.png",
        "upload of 5 bytes",
        "",
    ]


def test_long_text_leaves_in_parts(sender, telegram):
    sender.send(_out("điện lực " * 1000))
    assert " ".join(shown.text for shown in telegram.to(USER)) == ("điện lực " * 1000).strip()


def test_what_left_before_a_failure_does_not_leave_again(sender, telegram):
    out = _out("một. " * 1000 + "hai. " * 1000)
    telegram.faults += [None, (502, {"ok": False, "error_code": 502, "description": "Bad Gateway"})]
    with pytest.raises(Retry):
        sender.send(out)
    sender.send(out)
    assert len(telegram.to(USER)) == len(messages(out.content))


def test_asking_for_phone_and_place_takes_a_keyboard_that_the_next_message_removes(sender, telegram):
    asks = (Button("Có mã", "inform"), Button("Gửi số điện thoại", SHARE_PHONE), Button("Gửi vị trí", SHARE_PLACE))
    sender.send(_out("Nhà mình ở đâu ạ?", buttons=asks))
    keys = [row[0] for row in telegram.made("sendMessage")[0]["reply_markup"]["keyboard"]]
    assert keys[0] == {"text": "Có mã"}
    assert (keys[1]["request_contact"], keys[2]["request_location"]) == (True, True)
    sender.send(_out("Dạ vâng"))
    assert telegram.made("sendMessage")[1]["reply_markup"] == {"remove_keyboard": True}


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (refused.RetryAfter(timedelta(seconds=3)), RateLimited),
        (refused.Forbidden("bot was blocked by the user"), Undeliverable),
        (refused.ChatMigrated(-100), Undeliverable),
        (refused.BadRequest("Chat not found"), Undeliverable),
        (refused.BadRequest("message is too long"), Refused),
        (refused.InvalidToken("Unauthorized"), ChannelStopped),
        (refused.Conflict("terminated by other getUpdates request"), ChannelStopped),
        (refused.TimedOut(), Retry),
        (refused.NetworkError("Bad Gateway"), Retry),
    ],
)
def test_each_refusal_asks_for_one_thing(raised, kind):
    assert type(error_of(raised, "tok")) is kind


def test_the_platforms_refusals_reach_the_spine_without_the_token(sender, telegram, caplog):
    telegram.blocked_by.add("5")
    with pytest.raises(Undeliverable):
        sender.send(_out(user="5"))
    with pytest.raises(Undeliverable):
        sender.send(_out(user="404"))
    telegram.faults.append((429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 3}}))
    with pytest.raises(RateLimited) as slow:
        sender.send(_out())
    assert slow.value.pause_s == 3.0
    caplog.set_level(logging.DEBUG)
    old, telegram.token = telegram.token, "7000000001:other"
    with pytest.raises(ChannelStopped) as stopped:
        sender.send(_out())
    assert old not in stopped.value.reason
    assert old not in " ".join(each.getMessage() for each in caplog.records if each.levelno >= logging.INFO)
    gone = TelegramSender(TelegramClient(old, "http://127.0.0.1:9"), sender._pace, lambda _: None)
    with pytest.raises(Retry) as lost:
        gone.send(_out())
    assert old not in lost.value.reason


# --- pace ----------------------------------------------------------------------------------------------------


def test_everybody_together_and_each_chat_keep_their_limits():
    limits, slots, now, left = Limits(per_second=30, chat_every_s=1), {}, 100.0, []
    for number in range(40):
        at, kept = reserve(slots, str(number), now, limits)
        assert kept is not None
        slots, left = kept, [*left, at]
    assert all(b - a >= 1 / 30 - 1e-9 for a, b in itertools.pairwise(left))
    at, kept = reserve(slots, "0", left[0] + 0.5, limits)
    assert (round(at - left[0], 6), kept) == (1.0, None)
    assert reserve(slots, "0", left[0] + 1.5, limits)[1] is not None


def test_slots_of_the_past_are_forgotten():
    _, kept = reserve({"": 1.0, "a": 1.0, "-5": 99.0, "b": 99.5}, "c", 100.0, Limits())
    assert set(kept or ()) == {"", "b", "-5", "c"}


class Moves:
    """A clock that only sleeping moves; both may be used by many threads."""

    def __init__(self) -> None:
        self.now, self._lock = 1000.0, threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds


def test_two_processes_share_one_budget(db):
    clock, limits = Moves(), Limits(per_second=10, chat_every_s=0)
    paces = [Pace(db, "7", limits, clock, clock.sleep) for _ in range(2)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: paces[n % 2].wait(str(n)), range(40)))
    assert clock.now >= 1000.0 + 39 / 10 - 0.2


def test_one_person_hears_at_most_one_message_a_second(db):
    clock = Moves()
    pace = Pace(db, "7", Limits(), clock, clock.sleep)
    times = []
    for chat in ("a", "b", "a", "a"):
        pace.wait(chat)
        times.append(clock.now)
    assert times[2] - times[0] >= 1.0
    assert times[3] - times[2] >= 1.0
    assert times[1] - times[0] < 0.1


def test_the_product_never_sends_too_fast(settings, db, telegram, served, bot):
    telegram.chat_every_s = 0
    telegram.per_second = 31  # the stand-in counts in a sliding second
    for n in range(45):
        telegram.deliver(served, telegram.message(str(5000 + n), "a"))
    for n in range(45):
        assert len(telegram.wait_for(str(5000 + n), 2, 20)) == 2
    assert telegram.too_fast == 0
