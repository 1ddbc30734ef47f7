"""The news that a report is done asks "có điện chưa ạ?": "chưa" in any words opens it again, whatever the model hears."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.actions.conftest import BRIGHT


def asked_back(chat, care, *, after: timedelta = timedelta(hours=1)) -> str:
    """A report that was filed and is done `after` the bot's last words."""
    chat.say(f"mất điện {BRIGHT} từ 7h, cả khu, 0987000111", "report_outage")
    chat.say("gửi đi", "affirm")
    (code,) = care.filed
    care.filed[code] = replace(care.filed[code], status="done", done_at=chat.now + after)
    chat.now += after + timedelta(minutes=2)
    return code


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("chưa", "deny"),
        ("Chưa ạ", "deny"),
        ("chua co dien", "report_outage"),
        ("chưa em ơi, vẫn tối thui", "report_outage"),
        ("không", "deny"),
        ("vẫn chưa", "inform"),
        ("đâu có, tối om", "out_of_scope"),
    ],
)
def test_not_yet_opens_the_report_again(chat, care, text: str, intent: str):
    code = asked_back(chat, care)
    assert f"mở lại phiếu {code}" in chat.say(text, intent)
    assert care.filed[code].status == "accepted"


@pytest.mark.parametrize(("text", "intent"), [("có rồi em", "affirm"), ("rồi", "affirm"), ("sáng rồi nha", "inform")])
def test_a_yes_is_thanked_for(chat, care, text: str, intent: str):
    code = asked_back(chat, care)
    assert "tốt quá" in chat.say(text, intent)
    assert care.filed[code].status == "done"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("chưa biết, em chưa về nhà", "inform"),
        ("cảm ơn đã sửa chữa nhanh", "thank"),
        ("mấy giờ có điện?", "ask_ticket_status"),
    ],
)
def test_what_is_no_answer_opens_nothing(chat, care, text: str, intent: str):
    code = asked_back(chat, care)
    chat.say(text, intent)
    assert care.filed[code].status == "done"


def test_no_to_something_asked_since_is_not_about_the_report(chat, care):
    code = asked_back(chat, care)
    chat.say("xin chào", "greet")
    chat.say("không", "deny")
    assert care.filed[code].status == "done"


def test_the_next_day_it_is_a_new_report(chat, care):
    code = asked_back(chat, care)
    chat.now += timedelta(days=1)
    chat.say("chưa có điện", "report_outage")
    assert care.filed[code].status == "done"
