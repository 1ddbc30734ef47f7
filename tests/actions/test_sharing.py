"""Where the channel can, a question for phone or place offers to share it by a button."""

import pytest


def _payloads(chat):
    return [button["payload"] for button in chat.buttons]


def _asked(chat, channel):
    chat.say("nhà em mất điện từ 7h sáng nay", "report_outage", channel=channel)
    place = _payloads(chat)
    chat.say("12 Trần Phú, phường Cái Khế, Cần Thơ", channel=channel)
    chat.say("cả khu vực", channel=channel)
    return place, _payloads(chat)


def test_telegram_offers_place_and_phone(chat):
    place, phone = _asked(chat, "telegram")
    assert place[-1] == "share_place"
    assert phone[-1] == "share_phone"


def test_zalo_offers_the_phone_alone(chat):
    place, phone = _asked(chat, "zalo")
    assert "share_place" not in place
    assert phone[-1] == "share_phone"


@pytest.mark.parametrize("channel", ["web", "facebook"])
def test_other_channels_do_not(chat, channel):
    assert not {"share_place", "share_phone"} & {*_asked(chat, channel)[0], *_asked(chat, channel)[1]}


def test_what_zalos_form_brings_fills_the_report_and_proves_nothing(chat, care):
    chat.say("nhà em mất điện từ 7h sáng nay", "report_outage", channel="zalo")
    shared = "Tôi tên là Nguyễn Thị Lan, số điện thoại 0912345678, địa chỉ 12 Trần Phú, phường Cái Khế, Cần Thơ"
    chat.say(shared, channel="zalo")
    facts = chat.task["facts"]
    assert (facts["phone"], facts["place"]["street"]) == ("0912345678", "12 Trần Phú")
    assert not care.codes.opened
