"""Ticket status: in full where it was filed, elsewhere against three digits, the same words for every wrong guess."""

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


def test_the_filer_sees_it_in_full(chat, code):
    said = chat.say(f"phiếu {code} tới đâu rồi", "ask_ticket_status")
    assert "12 Trần Phú" in said
    assert "Báo mất điện" in said
    assert "11h30" in said


def test_the_filer_needs_no_code(chat, code):
    assert code in chat.say("hồ sơ của tôi tới đâu rồi", "ask_ticket_status")


def test_a_stranger_shows_three_digits_and_sees_stage_and_time_only(stranger, code):
    assert "ba số cuối" in stranger.say(f"tra phieu {code.lower()}", "ask_ticket_status")
    said = stranger.say("111")
    assert "đã tiếp nhận" in said
    assert "11h30" in said
    assert "Trần Phú" not in said
    assert "0987" not in said


def test_code_and_digits_may_come_together(stranger, code):
    assert "đã tiếp nhận" in stranger.say(f"phiếu {code}, ba số cuối là 111", "ask_ticket_status")


def test_a_code_that_does_not_exist_gets_the_same_questions_and_words(stranger, code):
    real = [stranger.say(f"phiếu {code}", "ask_ticket_status"), stranger.say("999")]
    stranger.say("thôi", "cancel")
    made_up = [stranger.say("phiếu YC99999999", "ask_ticket_status"), stranger.say("999")]
    assert real == made_up


def test_five_wrong_guesses_pause(stranger, code):
    stranger.say("tra phiếu", "ask_ticket_status")
    for digits in ("001", "002", "003", "004", "005"):
        stranger.say(code)
        assert "không tìm thấy" in stranger.say(digits)
    stranger.say(code)
    assert "15 phút" in stranger.say("111")


def test_without_any_ticket_the_code_is_asked(stranger):
    assert "mã phiếu" in stranger.say("hồ sơ tới đâu rồi", "ask_ticket_status")
    assert "chưa đọc được mã" in stranger.say("em hong nho", "deny")


def test_a_code_spelled_apart_is_read(chat, code):
    assert "12 Trần Phú" in chat.say(f"yc {code[2:6]} {code[6:]}", "ask_ticket_status")


def test_a_bare_code_is_understood(chat, code):
    assert "12 Trần Phú" in chat.say(code)


def test_several_tickets_are_listed(chat, code, care):
    chat.say("gặp nhân viên", "talk_to_agent")
    care.file_ticket({"service": "CALLBACK", "conversation_id": "c1"}, "x")
    said = chat.say("phiếu của em sao rồi", "ask_ticket_status")
    assert said.count("- YC") == 2
    assert "Trần Phú" in chat.tap(code)
