"""Contacts, the customer code, notices, saving, safety, fraud, praise: right facts, nothing promised, danger one press away."""

from dataclasses import replace

import pytest

from actions.care import Fact
from actions.retrieval import figures
from actions.words import words
from tests.actions.chat import Chat
from tests.actions.test_faq import FACTS
from tests.actions.test_outage import to_summary


def shown(chat: Chat) -> list[str]:
    return [button["payload"] for button in chat.buttons]


# --- contacts ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("mấy giờ điện lực mở cửa", "7h30–17h"),
        ("ban đêm có ai trực không", "24/7"),
        ("app của điện lực tên gì", "EVN CSKH"),
        ("văn phòng điện lực Cần Thơ nằm ở đâu", "1558"),
        ("web của điện lực Cần Thơ", "www.cskh.evnspc.vn"),
        ("email điện lực Cần Thơ", "info@evnspc.vn"),
        ("sdt dien luc can tho", "19001006"),
    ],
)
def test_contacts_of_every_kind(chat, text, part):
    said = chat.say(text, "ask_contact")
    assert part in said
    assert "http" not in said


def test_a_site_needs_the_province_and_a_bare_one_next_is_meant_for_it(chat):
    assert "tỉnh/thành nào" in chat.say("trang web điện lực là gì", "ask_contact")
    assert "info@evnspc.vn" in chat.say("Cần Thơ")


def test_a_centre_without_a_site_gives_its_number(chat):
    assert "1558" in chat.say("email điện lực Hà Nội", "ask_contact")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("số 19001006 có phải của điện lực không", "đúng là số tổng đài"),
        ("1900 9000 có phải số điện lực không", "đúng là số tổng đài"),
        ("1900.292900 gọi tôi, có phải EVN không", "không phải số của điện lực"),
        ("so 0922000781 goi noi toi no tien dien", "không có trong danh sách"),
    ],
)
@pytest.mark.parametrize("wish", ["ask_contact", "ask_scam"])
def test_a_number_is_held_against_the_official_ones(chat, text, part, wish):
    assert part in chat.say(text, wish)


@pytest.mark.parametrize("wish", ["ask_contact", "ask_scam"])
def test_without_care_a_number_is_not_judged(chat, care, wish):
    care.down = True
    said = chat.say("số 0922000781 có phải của EVN không", wish)
    assert "1558" in said
    assert "0922" not in said
    assert not chat.handovers


# --- code and notices -------------------------------------------------------------------------------------------------
def test_where_the_code_is_and_that_a_person_looks_it_up(chat):
    assert "in trên hóa đơn" in chat.say("mã khách hàng xem ở đâu", "ask_customer_code")
    assert "talk_to_agent" in shown(chat)


def test_a_code_is_not_looked_up_by_name_or_phone(chat):
    said = chat.say("tra mã khách hàng giúp em, số 0913000226", "ask_customer_code")
    assert "giữ kín" in said
    assert "0913" not in said


def test_the_merger_changes_no_code(chat, care):
    care.facts = FACTS
    assert "mã cũ dùng tiếp" in chat.say("mã khách hàng có đổi sau khi sáp nhập không", "ask_customer_code")


def test_notices_are_registered_by_button(chat, care):
    care.facts = FACTS
    assert "miễn phí" in chat.say("đăng ký nhận tin nhắn báo cúp điện", "ask_notification_signup")
    assert "ask_service_info;register=REGISTER_NOTICE" in shown(chat)
    assert "1/4/2024" in chat.say("sao không nhận được tin nhắn tiền điện", "ask_notification_signup")
    assert "ask_service_info;register=REGISTER_NOTICE" in shown(chat)
    assert "tắt" in chat.say("tắt thông báo giùm", "ask_notification_signup").lower()


# --- advice -----------------------------------------------------------------------------------------------------------
def test_three_tips_at_a_time_and_more_on_wish(chat):
    pages = [chat.say("làm sao tiết kiệm điện", "ask_energy_saving"), chat.tap("Xem thêm"), chat.tap("Xem thêm")]
    assert [len(page.splitlines()) for page in pages] == [3, 3, 3]
    assert len(set(pages)) == 3
    assert chat.tap("Xem từ đầu") == pages[0]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("cach xai may lanh it ton dien", "máy lạnh"),
        ("tủ lạnh chạy suốt có hao không", "tủ lạnh"),
        ("bình nóng lạnh nên bật cả ngày không", "nước nóng"),
        ("cục cắm tiết kiệm điện xài được không", "đừng tin"),
        ("tiết kiệm điện cho phân xưởng dệt", "phụ tải"),
    ],
)
def test_tips_for_the_appliance_named(chat, text, part):
    assert part in chat.say(text, "ask_energy_saving")


def test_no_advice_names_a_figure_the_facts_do_not_have():
    known = figures(" ".join(note for fact in FACTS for note in fact.notes)) | {"1558", "114", "115"}
    for key, said in words().replies.items():
        if key.startswith(("saving.", "safety", "customer_code", "notices", "scam")):
            assert figures(said.text) <= known | {"10", "0912345678"}, key


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("nước ngập vô nhà có cần cúp cầu dao không", "tay và chỗ đứng đều khô"),
        ("sắp bão thì chuẩn bị điện trong nhà sao", "rút phích"),
        ("nhà có trẻ nhỏ thì sao cho an toàn", "ổ cắm"),
        ("chạy máy phát điện trong nhà được không", "ngoài trời"),
        ("tay ướt bật công tắc có sao không", "tay chân ướt"),
        ("thả diều gần dây điện có nguy hiểm không", "cấm thả diều"),
        ("an toàn điện là gì", "chuyện nào"),
    ],
)
def test_safety_by_situation_with_danger_one_press_away(chat, text, part):
    said = chat.say(text, "ask_safety")
    assert part in said
    assert "report_hazard" in shown(chat)
    assert "Nguy hiểm!" in chat.press("report_hazard")


def test_safety_topics_by_button(chat):
    chat.say("hỏi an toàn điện", "ask_safety")
    assert "115" in chat.tap("Bị điện giật")


def test_advice_inside_a_task_leads_back(chat):
    chat.say("mất điện", "report_outage")
    said = chat.say("nước ngập thì xử lý điện sao", "ask_safety")
    assert said.index("chỗ đứng đều khô") < said.index("mã khách hàng")


# --- fraud ------------------------------------------------------------------------------------------------------------
def test_who_lost_money_hears_first_what_to_do_now(chat):
    said = chat.say("em lỡ bấm link với nhập mã OTP rồi", "ask_scam")
    assert "ngân hàng" in said
    assert "công an" in said


def test_a_suspicion_is_filed_with_the_words_already_said(chat, care):
    chat.say("có người gọi dọa cắt điện kêu chuyển khoản", "ask_scam")
    assert "số điện thoại" in chat.tap("Gửi phiếu báo")
    said = chat.tap("Không để lại số")
    (code, body), *more = care.bodies.items()
    assert code in said
    assert not more
    assert body["service"] == "SCAM_REPORT"
    assert "dọa cắt điện" in body["description"]
    assert "phone" not in body


def test_a_report_without_a_story_asks_for_it(chat, care):
    chat.press("ask_scam;report=yes")
    chat.say("có ông tới thu 300k tiền kiểm tra công tơ", "report_theft", 0.7)
    chat.say("0987000111")
    (body,) = care.bodies.values()
    assert "300k" in body["description"]
    assert body["phone"] == "0987000111"


def test_fraud_advice_inside_a_task_leads_back(chat):
    chat.say("mất điện", "report_outage")
    said = chat.say("mà hôm qua có số lạ gọi đòi chuyển tiền", "ask_scam")
    assert said.index("OTP") < said.index("mã khách hàng")
    assert chat.task["name"] == "outage"


# --- praise -----------------------------------------------------------------------------------------------------------
def test_praise_of_people_is_filed_so_that_they_hear_of_it(chat, care):
    assert "ghi lại" in chat.say("mấy anh thợ nhiệt tình lắm", "give_praise")
    (body,) = care.bodies.values()
    assert (body["service"], body["description"]) == ("PRAISE", "mấy anh thợ nhiệt tình lắm")
    assert not care.notes


@pytest.mark.parametrize("words", ["5 sao nha", "em giỏi ghê", "tuyệt vời"])
def test_praise_of_nobody_is_only_thanked_for(chat, care, words: str):
    assert "cảm ơn" in chat.say(words, "give_praise")
    assert not care.bodies


def test_praise_is_written_on_the_ticket_somebody_worked_on(chat, care):
    to_summary(chat)
    chat.say("đúng", "affirm")
    (code,) = care.filed
    chat.say("em giỏi ghê", "give_praise")
    assert not care.notes
    care.filed[code] = replace(care.filed[code], status="done")
    assert code in chat.say("mấy anh sửa lẹ ghê", "give_praise")
    assert care.notes == [(code, "Khách khen: mấy anh sửa lẹ ghê")]
    (praise,) = [body for body in care.bodies.values() if body["service"] == "PRAISE"]
    assert praise["details"] == {"ticket_code": code}


def test_praise_with_care_down_is_still_thanked_for(chat, care):
    care.down = True
    assert "cảm ơn" in chat.say("5 sao nha", "give_praise")
    assert not chat.handovers


def test_an_unknown_fact_file_leaves_the_general_words(chat, care):
    care.facts = (Fact("F004", "x", ("đã đổi",), False),)
    assert "xác nhận lại" in chat.say("sáp nhập có đổi mã khách hàng không", "ask_customer_code")
