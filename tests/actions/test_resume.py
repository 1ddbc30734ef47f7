"""Interruptions, days between messages, many corrections: the task is found again and the state stays small."""

import json
from datetime import timedelta

import pytest

from tests.actions.chat import Chat
from tests.actions.test_outage import HERE, only, to_summary

A_DAY = timedelta(days=1)
SMALL = 6_000


def size(chat: Chat) -> int:
    return len(json.dumps(chat.slots["task"], ensure_ascii=False))


def test_a_day_later_the_old_task_is_asked_about_first(chat):
    chat.say(f"mất điện từ 7h ở {HERE}, cả xóm", "report_outage")
    chat.now += A_DAY
    asked = chat.say("0987000111")
    assert "báo mất điện ở 12 Trần Phú" in asked
    assert "thiếu: số điện thoại" in asked
    assert "0987 000 111" in chat.tap("Làm tiếp")


def test_no_drops_the_old_task(chat, care):
    chat.say(f"mất điện từ 7h ở {HERE}", "report_outage")
    chat.now += A_DAY
    chat.say("alo", "greet")
    assert "chưa gửi gì" in chat.say("không", "deny")
    assert chat.task is None
    assert not care.bodies


def test_whoever_answers_the_question_itself_goes_on(chat):
    chat.say(f"mất điện từ 7h ở {HERE}, cả xóm", "report_outage")
    chat.now += A_DAY
    chat.say("alo", "greet")
    assert "Em gửi đi nhé" in chat.say("0987000111")


def test_the_same_wish_a_day_later_is_asked_about_too(chat):
    chat.say(f"mất điện từ 7h ở {HERE}", "report_outage")
    chat.now += A_DAY
    assert "hôm trước" in chat.say("lại mất điện", "report_outage")


def test_another_wish_a_day_later_is_served_and_the_old_one_offered(chat):
    chat.say(f"mất điện từ 7h ở {HERE}", "report_outage")
    chat.now += A_DAY
    said = chat.say("tổng đài số mấy", "ask_contact")
    assert "1558" in said
    assert "làm tiếp" in said
    assert "hàng xóm" in chat.say("ừ", "affirm")


@pytest.mark.parametrize(
    ("words", "intent"), [("xem lịch cắt điện", "ask_planned_outage"), ("hồ sơ tới đâu rồi", "ask_ticket_status")]
)
def test_an_old_look_up_is_not_worth_asking_about(chat, words, intent):
    chat.say(words, intent)
    chat.now += A_DAY
    assert "hôm trước" not in chat.say("alo", "greet")
    assert chat.task is None


def test_danger_never_waits_for_an_old_task(chat):
    chat.say("mất điện", "report_outage")
    chat.now += A_DAY
    assert chat.say("dây điện đứt rồi", "report_hazard").startswith("⚠️")


def test_a_pause_of_an_hour_is_no_pause(chat):
    chat.say(f"mất điện từ 7h ở {HERE}, cả xóm", "report_outage")
    chat.now += timedelta(hours=1)
    assert "Em gửi đi nhé" in chat.say("0987000111")


def test_coming_back_from_an_interruption_says_what_is_under_way_and_missing(chat):
    chat.say("mất điện từ 7h, 0987000111", "report_outage")
    chat.say("à mà xem lịch cắt điện cái đã", "ask_planned_outage")
    said = chat.say("PB04010067890")
    assert "làm tiếp phần báo mất điện" in said
    assert "Còn thiếu: địa chỉ hoặc mã khách hàng, mất cả khu" in said
    assert "mã khách hàng" in chat.tap("Làm tiếp")


def test_an_aside_task_of_yesterday_is_asked_about(chat):
    chat.say(f"mất điện từ 7h ở {HERE}", "report_outage")
    chat.say("thôi gắn điện mới cái đã", "request_new_connection")
    chat.slots["task"]["task"] = None
    chat.now += A_DAY
    assert "hôm trước" in chat.say("0987000111")


def test_right_but_wrong_asks_what_is_wrong(chat, care):
    to_summary(chat)
    assert "sửa chỗ nào" in chat.say("đúng mà sai", "affirm")
    assert not care.bodies


@pytest.mark.parametrize("words", ["có không", "có, à không", "không, ừ có"])
def test_yes_and_no_at_once_is_asked_again(chat, care, words):
    to_summary(chat)
    assert "cả có và không" in chat.say(words, "affirm")
    assert not care.bodies
    assert "Mã phiếu" in chat.say("đúng", "affirm")


@pytest.mark.parametrize("words", ["dạ, không", "không có điện", "chưa, sai rồi"])
def test_a_plain_no_in_two_words_stays_a_no(chat, words):
    to_summary(chat)
    assert "cả có và không" not in chat.say(words, "deny")


def test_forty_corrections_keep_the_last_and_the_state_small(chat, care):
    to_summary(chat)
    for number in range(40):
        chat.say(f"à nhầm, số {number + 20}", "inform")
        chat.say(f"số điện thoại 09870001{number:02d}", "inform")
        assert size(chat) < SMALL
    chat.say("đúng", "affirm")
    assert only(care)["address"]["street"].startswith("59 ")
    assert only(care)["phone"] == "0987000139"


def test_many_topic_switches_never_break_and_the_report_is_still_offered(chat):
    chat.say(f"mất điện từ 7h ở {HERE}, cả xóm", "report_outage")
    wishes = ["ask_contact", "ask_planned_outage", "ask_scam", "ask_ticket_status", "ask_safety", "ask_bill"]
    for wish in wishes * 2:
        assert chat.say("hỏi cái khác", wish, 0.95, wishes=[(wish, 0.95), ("ask_bill", 0.9), ("ask_usage", 0.9)])
        assert size(chat) < SMALL
    state = chat.slots["task"]
    assert "outage" in {(state[key] or {}).get("name") for key in ("task", "aside")}
    assert len(state["later"]) <= 3
