"""Small talk, people to talk to, contacts, and what is not understood."""

import pytest

from actions.turn import UNSURE
from tests.actions.chat import Chat
from tests.actions.conftest import NOW


def test_hello_shows_the_menu_and_is_shorter_the_second_time(chat):
    first = chat.say("alo ad ơi", "greet")
    assert "trợ lý ảo" in first
    assert chat.buttons[0]["payload"] == "report_outage"
    assert "trợ lý ảo" not in chat.say("alo", "greet")


def test_the_menu_leads_on(chat):
    chat.say("menu", "help")
    chat.tap("Mất điện & sự cố")
    assert "mã khách hàng" in chat.tap("Báo mất điện")


@pytest.mark.parametrize(
    ("words", "number"),
    [("tổng đài số mấy", "1558"), ("sdt dien luc can tho", "19001006"), ("hotline hà nội", "19001288")],
)
def test_contacts(chat, words, number):
    said = chat.say(words, "ask_contact")
    assert number in said
    assert "1558" in said


def test_contacts_do_not_need_care(chat, care):
    care.down = True
    assert "1558" in chat.say("tổng đài cần thơ", "ask_contact")
    assert not chat.handovers


def test_a_person_is_called_at_once_and_the_phone_added_when_it_comes(chat, care):
    assert "số điện thoại" in chat.say("cho tôi gặp nhân viên", "talk_to_agent")
    assert chat.handovers == [{"reason": "wish", "phone": None}]
    ticket = care.file_ticket({"service": "CALLBACK", "conversation_id": "c1"}, "spine")
    assert "0987 000 111" in chat.say("0987000111")
    assert care.bodies[ticket.code]["phone"] == "0987000111"
    assert len(chat.handovers) == 1


def test_a_phone_that_comes_before_the_ticket_goes_with_the_hand_over(chat):
    chat.say("gặp người thật", "talk_to_agent")
    chat.say("0987000111")
    assert chat.handovers[-1] == {"reason": "wish", "phone": "0987000111"}


def test_a_phone_in_the_same_message_is_enough(chat):
    assert "0987 000 111" in chat.say("cho gap nv, goi em 0987000111", "talk_to_agent")
    assert chat.handovers == [{"reason": "wish", "phone": "0987000111"}]
    assert chat.task is None


def test_whoever_wants_the_answer_here_gives_no_phone(chat):
    chat.say("gặp nhân viên", "talk_to_agent")
    assert "ngay tại đây" in chat.tap("Trả lời ở đây thôi")


def test_a_person_in_the_middle_of_a_report_keeps_the_report(chat):
    chat.say("mất điện, 0987000111", "report_outage")
    said = chat.say("cho gặp nhân viên đi", "talk_to_agent")
    assert chat.handovers == [{"reason": "wish", "phone": "0987000111"}]
    assert "mã khách hàng" in said


def test_not_understood_twice_offers_a_person(chat):
    assert "chưa hiểu" in chat.say("asdf qwer", "out_of_scope", UNSURE - 0.1)
    chat.say("zxcv", "out_of_scope", UNSURE - 0.1)
    assert chat.buttons[0]["payload"] == "talk_to_agent"


def test_understanding_in_between_starts_the_count_again(chat):
    chat.say("asdf", "out_of_scope", 0.1)
    chat.say("cảm ơn", "thank")
    chat.say("asdf", "out_of_scope", 0.1)
    assert chat.buttons[0]["payload"] == "report_outage"


def test_what_lies_outside_is_said_honestly(chat):
    assert "1558" in chat.say("giá vàng hôm nay bao nhiêu", "out_of_scope")


@pytest.mark.parametrize(
    ("words", "intent", "part"),
    [
        ("cảm ơn nha", "thank", "không có gì"),
        ("bye em", "goodbye", "chào anh/chị"),
        ("thôi khỏi", "cancel", "không có việc gì"),
        ("ừ", "affirm", "việc nào"),
        ("không", "deny", "Dạ vâng"),
        ("làm lại từ đầu", "start_over", "bắt đầu lại"),
        ("có điện rồi", "report_power_restored", "tốt quá"),
    ],
)
def test_small_words_outside_any_task(chat, words, intent, part):
    assert part in chat.say(words, intent)


def test_starting_over_forgets(chat):
    chat.say("mất điện, 0987000111", "report_outage")
    chat.say("làm lại từ đầu đi", "start_over")
    assert chat.task is None
    assert chat.slots["task"]["known"] == {}


def test_goodbye_in_a_report_says_it_was_not_sent(chat):
    chat.say("mất điện", "report_outage")
    assert "chưa được gửi" in chat.say("thôi chào em", "goodbye")


def test_pictures_and_stickers_are_answered_politely(chat):
    assert "đừng gửi ảnh giấy tờ" in chat.send(attachments=[{"kind": "image", "url": "x", "name": "a.jpg"}])
    assert "chỉ đọc được chữ" in chat.send(attachments=[{"kind": "sticker", "url": "x", "name": ""}])


def test_a_location_alone_asks_what_for(chat):
    assert "báo việc gì" in chat.send(location={"lat": 10.0, "lon": 105.8})
    chat.tap("Báo mất điện")
    assert (
        chat.task["facts"]["place"] == {"lat": 10.0, "lon": 105.8, "candidates": []}
        or chat.task["facts"]["place"]["lat"] == 10.0
    )


def test_a_bare_code_or_place_is_offered_uses(chat):
    chat.say("PB04010012345")
    assert "11h30" in chat.tap("Báo mất điện")


def test_a_second_wish_is_answered_before_the_questions(chat):
    said = chat.say(
        "mất điện rồi, cho xin số tổng đài", "report_outage", wishes=[("report_outage", 0.9), ("ask_contact", 0.8)]
    )
    assert said.index("1558") < said.index("mã khách hàng")


def test_facts_are_forgotten_after_half_a_day(care):
    chat = Chat(care, NOW)
    chat.say("mất điện PB04010012345, 0987000111", "report_outage")
    chat.now = NOW.replace(day=24, hour=10)
    assert "mã khách hàng" in chat.say("mất điện", "report_outage")
    assert "phone" not in chat.task["facts"]


def test_a_slot_of_an_older_version_starts_afresh(chat):
    chat.slots["task"] = {"task": {"name": "outage", "colour": 1}}
    assert "mã khách hàng" in chat.say("mất điện", "report_outage")


def test_the_bot_goes_on_serving_while_a_person_is_awaited(chat):
    chat.state = "waiting"
    assert "11h30" in chat.say("mất điện PB04010012345", "report_outage")


@pytest.mark.parametrize(
    ("words", "intent", "part"),
    [
        ("em là robot hả", "bot_challenge", "trợ lý ảo"),
        ("làm ăn như hạch", "express_anger", "xin lỗi"),
    ],
)
def test_what_cannot_be_done_yet_is_said_honestly(chat, words, intent, part):
    assert part in chat.say(words, intent)
    assert not chat.handovers


def test_where_to_find_the_code_is_told_in_the_middle_of_a_report(chat):
    chat.say("mất điện", "report_outage")
    said = chat.say("mã khách hàng nằm ở đâu", "ask_customer_code")
    assert "in trên hóa đơn" in said
    assert "số nhà" in said


def test_the_question_is_repeated_on_request(chat):
    chat.say("mất điện", "report_outage")
    assert chat.say("nói lại được không", "repeat").startswith("Dạ em xin lỗi")


def test_an_unclear_word_about_power_is_asked_back_to_the_point(chat):
    assert "đang mất điện" in chat.say("nha em cup dien a", "report_power_restored", 0.4)
    assert "mã khách hàng" in chat.tap("Đang mất điện")


def test_a_province_after_the_hotline_names_the_centre(chat):
    chat.say("tổng đài số mấy", "ask_contact")
    assert "19001006" in chat.say("Cần Thơ")


def test_a_phone_number_is_no_house_number(chat):
    chat.say("PB04010067890")
    chat.say("12 Trần Phú, phường Cái Khế, Cần Thơ")
    assert "số điện thoại" in chat.say("0912345678")
