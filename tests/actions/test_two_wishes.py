"""Several wishes in one message: a sentence is said at once, a second task is remembered and offered."""

import pytest

from tests.actions.chat import Chat
from tests.actions.test_outage import HERE


def both(chat: Chat, text: str, *wishes: str) -> str:
    return chat.say(text, wishes[0], 0.9, wishes=[(wish, 0.9) for wish in wishes])


def shown(chat: Chat) -> list[str]:
    return [button["payload"] for button in chat.buttons]


def later(chat: Chat) -> list[str]:
    kept: list[str] = chat.slots["task"]["later"]
    return kept


def test_two_sentences_are_both_said(chat):
    said = both(chat, "tổng đài số mấy, mã khách hàng xem đâu", "ask_contact", "ask_customer_code")
    assert "1558" in said
    assert "in trên hóa đơn" in said


@pytest.mark.parametrize("order", [("ask_contact", "report_outage"), ("report_outage", "ask_contact")])
def test_a_sentence_and_a_task_are_both_served_whatever_comes_first(chat, order):
    said = both(chat, "mất điện rồi, cho xin số tổng đài", *order)
    assert said.index("1558") < said.index("mã khách hàng")
    assert chat.task["name"] == "outage"


def test_a_greeting_before_a_task_is_not_answered_with_the_menu(chat):
    assert "mã khách hàng" in both(chat, "chào em, nhà mất điện", "greet", "report_outage")
    assert "report_outage" not in shown(chat)


def test_a_second_task_is_offered_when_the_first_is_done(chat):
    both(
        chat,
        f"mất điện ở {HERE} từ 7h cả xóm, 0987000111, với muốn tra cứu phiếu",
        "report_outage",
        "ask_ticket_status",
    )
    assert "Em gửi đi nhé" in chat.say("vậy đó", "inform", 0.9) or chat.task["stage"] == "confirm"
    said = chat.say("đúng", "affirm")
    assert "tra cứu phiếu" in said
    assert shown(chat) == ["ask_ticket_status", "deny"]
    assert "12 Trần Phú" in chat.say("ừ đúng rồi", "affirm")
    assert later(chat) == []


def test_the_offer_may_be_pressed_or_refused(chat):
    both(chat, "xem lịch cắt điện PB04010067890, rồi gắn điện mới", "ask_planned_outage", "request_new_connection")
    assert "request_new_connection" in shown(chat)
    assert "Dạ vâng" in chat.say("không", "deny")
    assert chat.task is None
    both(chat, "xem lịch cắt điện PB04010067890, rồi gắn điện mới", "ask_planned_outage", "request_new_connection")
    chat.tap("Gắn điện mới")
    assert chat.task["notes"]["wish"] == "request_new_connection"


def test_an_offer_that_is_passed_over_is_dropped(chat):
    both(chat, "xem lịch cắt điện PB04010067890, rồi gắn điện mới", "ask_planned_outage", "request_new_connection")
    chat.say("tổng đài số mấy", "ask_contact")
    assert later(chat) == []
    chat.say("ừ", "affirm")
    assert chat.task is None


def test_a_second_wish_inside_a_task_is_remembered(chat):
    chat.say("mất điện", "report_outage")
    chat.say(
        f"{HERE}, mà em muốn gắn điện mới", "inform", 0.9, wishes=[("inform", 0.9), ("request_new_connection", 0.8)]
    )
    assert chat.task["name"] == "outage"
    assert later(chat) == ["request_new_connection"]
    assert "gắn điện mới" in chat.say("có điện rồi", "report_power_restored")


def test_the_month_of_the_other_wish_is_not_when_the_power_went(chat):
    both(chat, f"mất điện ở {HERE}, với tiền điện tháng này bao nhiêu", "report_outage", "ask_bill")
    assert chat.task["asking"] == "since"


def test_an_unsure_second_wish_is_not_followed(chat):
    chat.say("mất điện", "report_outage", wishes=[("report_outage", 0.9), ("request_new_connection", 0.3)])
    assert later(chat) == []


def test_danger_among_the_wishes_comes_first(chat):
    said = both(chat, "tiền điện sao rồi, mà dây đứt ngoài đường", "ask_ticket_status", "report_hazard")
    assert said.startswith("⚠️")


def test_only_a_few_wishes_are_kept(chat):
    many = ["report_outage", "request_new_connection", "ask_bill", "ask_usage", "ask_payment_due", "estimate_bill"]
    both(chat, "nhiều thứ quá", *many)
    assert later(chat) == many[1:4]


def test_saying_goodbye_or_starting_over_forgets_them(chat):
    both(chat, "mất điện, gắn điện mới", "report_outage", "request_new_connection")
    chat.say("thôi bye", "goodbye")
    assert later(chat) == []
    both(chat, "mất điện, gắn điện mới", "report_outage", "request_new_connection")
    chat.say("làm lại từ đầu", "start_over")
    assert later(chat) == []
