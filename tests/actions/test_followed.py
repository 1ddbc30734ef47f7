"""Who was told of an incident follows it: "chưa" after the news that power is back is understood like the button."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.actions.conftest import DARK, outage


def restored(chat, care, *, after: timedelta = timedelta(hours=1)) -> None:
    """The customer is told of an incident, which ends `after` the bot's last words."""
    care.planned[0] = (care.planned[0][0], outage(code="MD1", kind="incident", ends_at=None, reason=""))
    chat.say(f"mất điện {DARK}", "report_outage")
    assert care.followers == [("MD1", "c1")]
    ended = replace(care.planned[0][1], status="done", ends_at=chat.now + after)
    care.planned[0] = (care.planned[0][0], ended)
    chat.now += after + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("words", "intent"),
    [("chưa", "deny"), ("chua em oi", "deny"), ("vẫn tối thui", "report_outage"), ("chưa có", "inform")],
)
def test_not_yet_is_reported(chat, care, words: str, intent: str):
    restored(chat, care)
    said = chat.say(words, intent)
    assert "từ lúc nào" in said
    assert "xin lỗi" in said
    chat.say("từ 7h, cả khu, 0987000111")
    chat.say("gửi đi", "affirm")
    (body,) = care.bodies.values()
    assert body["customer_code"] == DARK


@pytest.mark.parametrize(("words", "intent"), [("có rồi em", "affirm"), ("rồi", "affirm")])
def test_power_back_is_thanked_for(chat, care, words: str, intent: str):
    restored(chat, care)
    assert "tốt quá" in chat.say(words, intent)
    assert chat.task is None


def test_a_no_while_it_still_goes_on_reports_nothing(chat, care):
    restored(chat, care)
    care.planned[0] = (care.planned[0][0], replace(care.planned[0][1], status="running", ends_at=None))
    chat.say("không", "deny")
    assert chat.task is None


def test_a_clock_of_care_that_is_a_little_ahead_does_no_harm(chat, care):
    restored(chat, care)
    care.planned[0] = (care.planned[0][0], replace(care.planned[0][1], ends_at=chat.now + timedelta(seconds=1)))
    assert "từ lúc nào" in chat.say("chưa", "deny")


def test_the_question_is_answered_once(chat, care):
    restored(chat, care)
    chat.say("có rồi", "affirm")
    chat.say("không", "deny")
    assert chat.task is None


def test_long_after_it_is_no_answer(chat, care):
    restored(chat, care)
    chat.now += timedelta(hours=13)
    chat.say("chưa", "deny")
    assert chat.task is None
