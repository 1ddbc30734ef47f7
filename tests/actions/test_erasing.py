"""Erasing one's data: after one explicit yes, with the one-time code for a contract's; what is kept is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.actions.conftest import BRIGHT
from tests.actions.owner import owns, prove
from tests.actions.test_outage import to_summary


def test_a_chats_own_data_go_after_one_yes(chat, care):
    assert "chắc chắn muốn xóa" in chat.say("xóa hết thông tin của tôi đi", "ask_privacy")
    assert not care.erased
    assert "đã xóa xong" in chat.tap("Xóa hết")
    assert care.erased == [("c1", None)]
    assert chat.erased == 1
    assert not care.bodies


@pytest.mark.parametrize(
    ("words", "intent"),
    [("xóa đi", "ask_privacy"), ("ừ", "affirm"), ("đồng ý xóa", "affirm"), ("xoa luon di em", "cancel_ticket")],
)
def test_a_yes_in_words(chat, care, words: str, intent: str):
    chat.say("xóa dữ liệu", "ask_privacy")
    chat.say(words, intent)
    assert care.erased == [("c1", None)]


@pytest.mark.parametrize(
    ("words", "intent"),
    [("thôi khỏi", "cancel"), ("không", "deny"), ("khoan đã", "inform"), ("đừng xóa", "ask_privacy")],
)
def test_without_a_yes_nothing_goes(chat, care, words: str, intent: str):
    chat.say("xóa dữ liệu", "ask_privacy")
    chat.say(words, intent)
    assert not care.erased
    assert chat.erased == 0
    assert chat.task is None


def test_consent_withdrawn_for_the_chat_is_the_same(chat, care):
    chat.say("rút lại đồng ý", "ask_privacy")
    chat.tap("Xóa hết")
    assert care.erased == [("c1", None)]


def test_consent_withdrawn_for_a_contract_is_weighed_by_a_person(chat, care):
    owns(care, BRIGHT)
    chat.say(f"rút lại đồng ý cho hợp đồng {BRIGHT}", "ask_privacy")
    chat.say("0987000111")
    chat.say("ok", "affirm")
    prove(chat)
    assert [body["service"] for body in care.bodies.values()] == ["PRIVACY_REQUEST"]
    assert not care.erased


def test_a_contracts_data_only_after_its_code(chat, care):
    owns(care, BRIGHT)
    assert "mã xác nhận" in chat.say(f"xóa dữ liệu của hợp đồng {BRIGHT}", "ask_privacy")
    chat.say("000000")
    assert not care.erased
    assert "hóa đơn" in prove(chat)
    assert not care.erased
    chat.say("đúng", "affirm")
    assert care.erased == [("c1", BRIGHT)]


def test_a_code_told_at_the_question_widens_it(chat, care):
    owns(care, BRIGHT)
    chat.say("xóa dữ liệu", "ask_privacy")
    assert "mã xác nhận" in chat.say(f"cả hợp đồng {BRIGHT} nữa")
    prove(chat)
    chat.tap("Xóa hết")
    assert care.erased == [("c1", BRIGHT)]


def test_nothing_of_what_was_said_is_remembered(chat, care):
    to_summary(chat)
    chat.say("đúng", "affirm")
    (code,) = care.filed
    chat.say("xóa dữ liệu của tôi", "ask_privacy")
    assert code in chat.tap("Xóa hết")
    assert not chat.slots["task"]["known"]
    assert "0987000111" not in str(chat.slots)
    care.filed[code] = replace(care.filed[code], status="done")
    chat.say("xóa dữ liệu của tôi", "ask_privacy")
    assert code not in chat.tap("Xóa hết")
    assert care.filed[code].phone is None


def test_chosen_by_button_among_the_rights(chat, care):
    chat.press("ask_service_info;register=PRIVACY_REQUEST")
    assert "chắc chắn muốn xóa" in chat.tap("Xóa")
    chat.tap("Thôi, giữ lại")
    assert not care.erased


def test_care_down_erases_nothing_and_says_so(chat, care):
    chat.say("xóa dữ liệu", "ask_privacy")
    care.down = True
    assert "trục trặc" in chat.tap("Xóa hết")
    assert chat.erased == 0
    care.down = False
    assert "chắc chắn muốn xóa" in chat.say("thử lại", "inform", 0.4)
    chat.tap("Xóa hết")
    assert care.erased == [("c1", None)]
