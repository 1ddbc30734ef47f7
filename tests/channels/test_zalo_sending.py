"""Sending on Zalo: its refusals reach the spine as what to do, its limits are kept, files are uploaded first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels.base import SHARE_PHONE
from channels.zalo_rules import ZaloRules
from channels.zalo_sending import ZaloSender
from channels.zalo_tokens import ZaloAddresses
from conversations import (
    Attachment,
    Button,
    ChannelStopped,
    Outbound,
    RateLimited,
    Refused,
    Retry,
    Template,
    Undeliverable,
    account_data,
)
from tests.channels.zalo_account import USER, account_of, out, renewals, sender_of

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
CHART, FORM = "media:aa.png", "media:bb.pdf"
FILES = {CHART: PNG, FORM: b"%PDF-1.7", "media:cc.webp": b"RIFF", "media:dd.png": b"0" * 1_048_577}


@pytest.fixture
def sender(zalo, db, clock):
    zalo.last_action[USER] = clock()
    return sender_of(zalo, db, clock, read=FILES.get)


def _uploads(zalo):
    return sum("/upload/" in asked.path for asked in zalo.asked)


def _pictures(zalo):
    return [shown.picture for shown in zalo.shown if shown.picture]


def test_the_platforms_refusals_reach_the_spine(zalo, db, clock, sender):
    with pytest.raises(Undeliverable):
        sender.send(out(user="77"))  # never wrote to us
    zalo.blocked_by.add(USER)
    with pytest.raises(Undeliverable):
        sender.send(out())
    zalo.blocked_by.clear()
    zalo.rate_per_minute = 0
    with pytest.raises(RateLimited):
        sender.send(out())


# Every number of the documentation, as the platform answers it, and what becomes of the message or the account.
WAYS = {
    RateLimited: [-32],
    Retry: [-200, -9999],
    Undeliverable: [-213, -217, -218, -227, -230, -232, -244],
    Refused: [-100, -201, -210, -233, -240, -248],
    ChannelStopped: [-204, -205, -209, -211, -212, -219, -221, -223, -224, -320, -321],
}


@pytest.mark.parametrize(("way", "code"), [(way, code) for way, codes in WAYS.items() for code in codes])
def test_every_error_number_of_the_platform_asks_for_one_thing(zalo, sender, way, code):
    sender.send(out())
    zalo.faults.append((200, {"error": code, "message": "x"}))
    with pytest.raises(way) as raised:
        sender.send(out(message_id=2))
    assert type(raised.value) is way
    assert raised.value.reason == f"{code}: x"
    assert sender.send(out(message_id=3))


@pytest.mark.parametrize("answer", [(200, {"error": -216, "message": "x"}), (200, {"error": -220}), (401, {})])
def test_a_rejected_token_is_renewed_once_and_the_message_sent_again(zalo, sender, answer):
    sender.send(out())
    zalo.faults.append(answer)
    assert sender.send(out(message_id=2))
    assert (renewals(zalo), len(zalo.shown)) == (2, 2)


@pytest.mark.parametrize(
    ("status", "way"), [(500, Retry), (503, Retry), (429, RateLimited), (400, Refused), (404, Refused)]
)
def test_every_http_status_asks_for_one_thing(zalo, sender, status, way):
    sender.send(out())
    zalo.faults.append((status, {}))
    with pytest.raises(way):
        sender.send(out(message_id=2))


def test_a_retry_goes_on_where_the_last_try_ended(zalo, sender):
    sender.send(out("sẵn sàng"))
    zalo.faults += [(200, {"error": 0, "data": {"message_id": "a"}}), (500, {})]
    long = out("điện lực " * 500)
    with pytest.raises(Retry):
        sender.send(long)
    sender.send(long)
    assert len(zalo.shown) == 3  # one ready, then parts two and three: the first had been taken by the fault


def test_no_answer_is_worth_another_try(zalo, db, clock):
    sender = ZaloSender(account_of(zalo), ZaloAddresses("http://127.0.0.1:9", zalo.url), db, clock)
    with pytest.raises(Retry) as raised:
        sender.send(out())
    assert "127.0.0.1" not in raised.value.reason


def test_what_the_platform_tells_of_its_quota_is_noted_once_a_minute(zalo, db, clock, sender):
    for _ in range(3):
        sender.send(out())
    noted = account_data(db, "zalo", zalo.app_id)["quota"]
    assert (noted["limit"], noted["quota_type"], noted["at"]) == ("4000", "reply", int(clock()))
    first = noted["remain"]
    clock.s += 61
    sender.send(out())
    assert account_data(db, "zalo", zalo.app_id)["quota"]["at"] == int(clock())
    assert account_data(db, "zalo", zalo.app_id)["access_token"]
    assert first.isdigit()


# --- files -------------------------------------------------------------------------------------------------


def _chart(message_id: int = 1, url: str = CHART, kind: str = "image", name: str = "") -> Outbound:
    return out("Biểu đồ đây ạ", message_id=message_id, attachments=(Attachment(kind, url, name),))


def test_a_picture_of_ours_is_uploaded_once_and_shown_by_its_id(zalo, sender):
    sender.send(_chart(1))
    sender.send(_chart(2))
    assert _uploads(zalo) == 1
    assert _pictures(zalo) == [*zalo.files.known, *zalo.files.known]


def test_a_file_of_ours_is_handed_over_by_its_token(zalo, sender):
    sender.send(_chart(url=FORM, kind="file", name="đơn xin cấp điện"))
    assert _pictures(zalo) == list(zalo.files.known)
    (upload,) = [asked for asked in zalo.asked if asked.path.endswith("/upload/file")]
    assert b".pdf" in upload.body


def test_an_upload_that_zalo_forgot_is_made_once_more(zalo, sender):
    sender.send(_chart(1))
    zalo.files.known.clear()
    sender.send(_chart(2))
    assert (_uploads(zalo), len(_pictures(zalo))) == (2, 2)
    zalo.faults += [None, (200, {"error": -100, "message": "x"}), None, (200, {"error": -100, "message": "x"})]
    with pytest.raises(Refused):
        sender.send(_chart(3))


@pytest.mark.parametrize("url", ["media:cc.webp", "media:dd.png", "media:gone.png"])
def test_what_zalo_does_not_take_is_left_out_and_the_words_go(zalo, sender, url):
    sender.send(_chart(url=url))
    assert [shown.text for shown in zalo.shown] == ["Biểu đồ đây ạ"]
    assert _uploads(zalo) == 0


def test_without_uploads_left_the_words_go_and_the_channel_stays_on(zalo, db, sender):
    zalo.files.left = 0
    sender.send(_chart())
    assert [shown.text for shown in zalo.shown] == ["Biểu đồ đây ạ"]
    assert list(account_data(db, "zalo", zalo.app_id)["uploads"].values()) == [1]


def test_the_card_that_asks_for_the_phone_says_what_for(zalo, sender):
    sender.send(out("Số nào gọi được ạ?", buttons=(Button("Khác", "other"), Button("Gửi số", SHARE_PHONE))))
    question, card = zalo.shown
    assert question.buttons == (("Khác", "other"),)
    assert card.buttons == (("Gửi số", "<phone>"),)
    element = zalo.asked[-1].json()["message"]["attachment"]["payload"]["elements"][0]
    assert "chỉ dùng để" in element["subtitle"]
    assert "image_url" not in element


# --- the window --------------------------------------------------------------------------------------------


def _late(clock, **more):
    return replace(out(**more), reply_until=datetime.fromtimestamp(clock() - 1, UTC))


def test_outside_the_window_nothing_is_sent_and_the_reason_is_told(zalo, clock, sender):
    with pytest.raises(Undeliverable, match="outside the window"):
        sender.send(_late(clock))
    assert not any(asked.path.startswith("/v3.0") for asked in zalo.asked)


def test_news_with_a_template_of_its_kind_leaves_at_any_time(zalo, db, clock):
    zalo.templates.add("777")
    sender = sender_of(zalo, db, clock, rules=ZaloRules(templates={"ticket": "777"}))
    news = Template("ticket", (("code", "YC12345678"), ("text", "đã xong")))
    assert sender.send(_late(clock, template=news))
    assert zalo.shown[-1].text == "YC12345678 đã xong"
    with pytest.raises(Undeliverable):
        sender.send(_late(clock, message_id=2, template=replace(news, kind="outage")))


def test_a_person_without_an_account_is_answered_by_the_talk(zalo, sender):
    zalo.last_action["9"] = zalo.now()
    sender.send(out(user="anonymous/9/c7"))
    assert zalo.asked[-1].json()["recipient"] == {"anonymous_id": "9", "conversation_id": "c7"}
