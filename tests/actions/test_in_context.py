"""What was asked or offered decides what a message means, where the model alone would hear something else."""

from __future__ import annotations

import pytest

from tests.actions.conftest import BRIGHT, DARK, outage
from tests.actions.owner import owns, prove
from tests.actions.test_outage import HERE


@pytest.mark.parametrize(
    "words", ["tôi không muốn cho số điện thoại", "em không cho số đâu", "không tiện đưa số, không cho nha"]
)
def test_a_phone_refused_is_refused_whatever_it_sounds_like(chat, care, words: str):
    chat.say(f"mất điện từ 7h ở {HERE} cả xóm", "report_outage")
    assert "Em gửi đi nhé" in chat.say(words, "ask_privacy", 0.88)
    chat.say("gửi đi", "affirm")
    (body,) = care.bodies.values()
    assert "phone" not in body


def test_the_contracts_number_is_an_answer_however_it_sounds(chat):
    chat.say(f"đóng điện lại cho tôi, mã {BRIGHT}", "request_reconnection")
    assert "Em gửi đi nhé" in chat.say("số trên hợp đồng luôn", "request_termination", 0.7)
    assert chat.task["facts"]["phone"] == "contract"


def test_what_a_phone_is_for_is_no_refusal(chat):
    chat.say(f"mất điện từ 7h ở {HERE} cả xóm", "report_outage")
    said = chat.say("không cho số có được không?", "ask_privacy", 0.9)
    assert "số điện thoại" in said
    assert chat.task["facts"].get("phone") is None


@pytest.mark.parametrize("words", ["xem giúp tôi, mã {}", "mã nhà em là {} nha", "coi dum theo ma {}", "dạ {}"])
def test_a_code_given_takes_what_was_offered(chat, care, words: str):
    owns(care, BRIGHT)
    chat.say("mấy ngày nữa ghi điện", "ask_meter_reading_day")
    chat.say(words.format(BRIGHT), "ask_bill", 0.7)
    assert chat.task["name"] == "reading_day"
    assert "ghi" in prove(chat)


def test_another_question_beside_the_code_is_not_what_was_offered(chat, care):
    owns(care, BRIGHT)
    chat.say("mấy ngày nữa ghi điện", "ask_meter_reading_day")
    chat.say(f"xem tiền điện mã {BRIGHT}", "ask_bill", 0.7)
    assert chat.task["name"] == "bill"


@pytest.mark.parametrize("words", ["cúp điện, mã kh {}", "mat dien ma {}", "{} cúp điện rồi"])
def test_no_power_and_a_code_are_a_report_even_when_unclear(chat, words: str):
    assert "11h30 hôm nay" in chat.say(words.format(DARK), "inform", 0.9)
    assert "11h30 hôm nay" in chat.say(words.format(DARK), "report_outage", 0.35)


def test_three_answers_that_are_none_are_admitted_and_a_person_offered(chat):
    chat.say("xin lên 3 pha", "request_capacity_change")
    chat.say("<b>", "inform", 0.3)
    assert "chưa hiểu" not in chat.say("màu xanh", "out_of_scope", 0.9)
    assert "chưa hiểu" in chat.say("ba la bông", "inform", 0.4)
    assert "talk_to_agent" in [one["payload"] for one in chat.buttons]


def test_thanks_after_three_failed_answers_are_only_thanks(chat):
    chat.say("xin lên 3 pha", "request_capacity_change")
    for words in ("abc xyz", "màu xanh", "ba la bông"):
        chat.say(words, "out_of_scope", 0.4)
    assert "chưa hiểu" not in chat.say("cảm ơn", "thank")


def test_an_incident_told_is_remembered_to_be_asked_about(chat, care):
    care.planned[0] = (care.planned[0][0], outage(code="MD1", kind="incident", ends_at=None, reason=""))
    chat.say(f"mất điện {DARK}", "report_outage")
    assert chat.slots["task"]["known"]["followed"]["value"] == "MD1"
