"""Cancelling tickets and adding to them: only one's own, or against code and digits; nothing is learnt about others'."""

from dataclasses import replace

import pytest

from tests.actions.chat import Chat
from tests.actions.conftest import NOW
from tests.actions.test_outage import to_summary


@pytest.fixture
def code(chat, care) -> str:
    to_summary(chat)
    chat.say("đúng", "affirm")
    (filed,) = care.filed
    return filed


@pytest.fixture
def stranger(care) -> Chat:
    return Chat(care, NOW, "c2")


def status(care, code: str) -> str:
    return care.filed[code].status


# --- cancelling -------------------------------------------------------------------------------------------------------
def test_the_only_open_ticket_is_meant_and_asked_about_once_more(chat, care, code):
    assert code in chat.say("hủy phiếu giúp em", "cancel_ticket")
    assert status(care, code) == "new"
    assert "đã hủy" in chat.tap("Hủy phiếu")
    assert status(care, code) == "cancelled"
    assert chat.task is None


@pytest.mark.parametrize(
    ("words", "intent"),
    [("đúng rồi", "affirm"), ("hủy đi", "cancel"), ("hủy luôn giúp em", "cancel_ticket"), ("ừ", "affirm")],
)
def test_yes_in_many_words(chat, care, code, words, intent):
    chat.say(f"hủy phiếu {code}", "cancel_ticket")
    chat.say(words, intent)
    assert status(care, code) == "cancelled"


@pytest.mark.parametrize(
    ("words", "intent"), [("không", "deny"), ("thôi khỏi hủy", "cancel"), ("giữ lại nha", "cancel_ticket")]
)
def test_no_keeps_it(chat, care, code, words, intent):
    chat.say(f"hủy phiếu {code}", "cancel_ticket")
    assert "giữ nguyên" in chat.say(words, intent)
    assert status(care, code) == "new"


def test_both_yes_and_no_is_asked_again(chat, care, code):
    chat.say("hủy phiếu", "cancel_ticket")
    assert "cả có và không" in chat.say("có, à không", "affirm")
    assert status(care, code) == "new"


def test_several_tickets_are_shown_as_buttons(chat, care, code):
    other = care.file_ticket({"service": "CALLBACK", "conversation_id": "c1"}, "x").code
    assert code in chat.say("hủy phiếu", "cancel_ticket")
    chat.tap(other)
    chat.say("đúng", "affirm")
    assert (status(care, code), status(care, other)) == ("new", "cancelled")


def test_a_ticket_that_ended_meanwhile_is_said_to_be_beyond_it(chat, care, code):
    chat.say("hủy phiếu", "cancel_ticket")
    care.filed[code] = replace(care.filed[code], status="done")
    assert "kết thúc" in chat.say("đúng", "affirm")
    assert "đã xong" in chat.say(f"hủy phiếu {code}", "cancel_ticket")
    assert chat.task is None


def test_a_danger_is_not_cancelled_in_chat(chat, care):
    chat.say("dây điện đứt rớt xuống đường", "report_hazard")
    (code,) = care.filed
    chat.slots["task"]["task"] = None
    assert "nhân viên xác nhận" in chat.say("hủy phiếu", "cancel_ticket")
    assert status(care, code) == "new"


def test_a_replayed_yes_cancels_once(chat, care, code):
    chat.say("hủy phiếu", "cancel_ticket")
    before = dict(chat.slots)
    said = chat.say("đúng", "affirm")
    chat.slots = before
    assert chat.replay(chat.last) == said


def test_a_stranger_needs_code_and_digits(stranger, care, code):
    assert "ba số cuối" in stranger.say(f"hủy phiếu {code}", "cancel_ticket")
    asked = stranger.say("111")
    assert "Trần Phú" not in asked
    assert "Báo mất điện" not in asked
    stranger.say("đúng", "affirm")
    assert status(care, code) == "cancelled"


def test_a_wrong_guess_and_a_made_up_code_get_the_same_words(stranger, care, code):
    real = [stranger.say(f"hủy phiếu {code}", "cancel_ticket"), stranger.say("999")]
    stranger.say("thôi", "cancel")
    made_up = [stranger.say("hủy phiếu YC99999999", "cancel_ticket"), stranger.say("999")]
    assert real == made_up
    assert status(care, code) == "new"


def test_guessing_is_paused(stranger, code):
    stranger.say("hủy phiếu", "cancel_ticket")
    for digits in ("001", "002", "003", "004", "005"):
        stranger.say(code)
        stranger.say(digits)
    stranger.say(code)
    assert "15 phút" in stranger.say("111")


def test_care_down_at_the_cancelling_is_honest(chat, care, code):
    chat.say("hủy phiếu", "cancel_ticket")
    care.down = True
    assert "trục trặc" in chat.say("đúng", "affirm")
    care.down = False
    assert "đã hủy" in chat.tap("Thử lại")


# --- adding -----------------------------------------------------------------------------------------------------------
def test_a_note_goes_to_the_only_ticket(chat, care, code):
    said = chat.say("bổ sung cho phiếu: nhà tôi ở sau chợ, cổng xanh", "inform", 0.5)
    assert care.notes == [(code, "nhà tôi ở sau chợ, cổng xanh")]
    assert code in said


def test_a_note_with_the_code_inside_another_task(chat, care, code):
    chat.say("gắn điện mới", "request_new_connection")
    chat.say(f"bổ sung cho phiếu {code}: nhà sau chợ", "inform", 0.5)
    assert care.notes == [(code, "nhà sau chợ")]
    assert chat.slots["task"]["aside"]["notes"]["wish"] == "request_new_connection"


def test_without_words_the_note_is_asked_for(chat, care, code):
    assert "nội dung cần bổ sung" in chat.say(f"bổ sung cho phiếu {code}", "inform", 0.5)
    chat.say("công tơ nằm ngoài cổng", "request_meter_relocation", 0.8)
    assert care.notes == [(code, "công tơ nằm ngoài cổng")]


def test_the_news_button_takes_the_answer(chat, care, code):
    care.filed[code] = replace(care.filed[code], status="waiting_customer")
    assert code in chat.press(f"inform;answer={code}")
    chat.say("nhà 3 tầng nha")
    assert care.notes == [(code, "nhà 3 tầng nha")]
    assert status(care, code) == "in_progress"


def test_the_next_words_go_to_the_ticket_that_waits(chat, care, code):
    care.filed[code] = replace(care.filed[code], status="waiting_customer")
    chat.say("dạ 3 tầng, công tơ ngoài cổng", "inform", 0.4)
    assert care.notes == [(code, "dạ 3 tầng, công tơ ngoài cổng")]
    chat.say("dạ 4 tầng chứ", "inform", 0.4)
    assert len(care.notes) == 1


def test_a_question_or_a_wish_is_no_answer_to_the_ticket(chat, care, code):
    care.filed[code] = replace(care.filed[code], status="waiting_customer")
    chat.say("là sao vậy em?", "inform", 0.4)
    chat.say("tổng đài số mấy", "ask_contact")
    assert not care.notes


def test_a_picture_goes_to_the_ticket_that_waits(chat, care, code):
    picture = [{"kind": "image", "url": "http://here/media/x", "name": "a.jpg"}]
    care.filed[code] = replace(care.filed[code], status="waiting_customer")
    assert code in chat.send(attachments=picture)
    assert care.notes == [(code, "Khách gửi 1 hình trong cuộc trò chuyện.")]


def test_a_stranger_adds_nothing_without_the_digits(stranger, care, code):
    assert "ba số cuối" in stranger.say(f"bổ sung cho phiếu {code}: nhà sau chợ", "inform", 0.5)
    assert "không tìm thấy" in stranger.say("999")
    assert not care.notes
    stranger.say(code)
    stranger.say("111")
    assert care.notes == [(code, "nhà sau chợ")]


def test_a_strangers_button_opens_nothing(stranger, care, code):
    assert "ba số cuối" in stranger.press(f"inform;answer={code}")
    assert not care.notes
