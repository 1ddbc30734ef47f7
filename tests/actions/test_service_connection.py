"""A new connection: household or business, who, where, phone; a service ticket and what to prepare."""

from tests.actions.conftest import DARK
from tests.actions.test_outage import HERE, only


def test_a_household_gets_a_ticket_papers_and_time(chat, care):
    assert "sinh hoạt gia đình hay kinh doanh" in chat.say("tôi muốn gắn đồng hồ điện", "request_new_connection")
    assert "họ tên" in chat.say("để ở thôi em")
    assert "địa chỉ" in chat.say("Nguyễn Văn An")
    assert "số điện thoại" in chat.say(HERE)
    summary = chat.say("0987000111")
    assert "Nguyễn Văn An" in summary
    assert "sinh hoạt" in summary
    assert not care.bodies
    filed = chat.say("ok gửi đi", "affirm")
    (code,) = care.filed
    assert code in filed
    assert "5 ngày làm việc" in filed
    assert "Giấy tờ tùy thân" in filed
    assert "đừng gửi ảnh giấy tờ" in filed
    body = only(care)
    assert body["service"] == "NEW_LV_RES"
    assert body["contact_name"] == "Nguyễn Văn An"
    assert body["phone"] == "0987000111"
    assert body["address"]["province"] == "Cần Thơ"
    assert body["details"] == {"purpose": "residential"}


def test_a_business_is_another_service(chat, care):
    chat.say("mo quan ca phe can gan dien moi", "request_new_connection")
    chat.say("ten em la tran thi be")
    chat.say(HERE)
    chat.say("0987000111")
    chat.say("dung roi", "affirm")
    assert only(care)["service"] == "NEW_LV_NONRES_LT40"
    assert only(care)["contact_name"] == "tran thi be"


def test_several_facts_in_one_message(chat):
    said = chat.say(f"xin gắn điện nhà ở, tên là Lê Thị Hoa, {HERE}, 0987000111", "request_new_connection")
    assert "địa chỉ" not in said or "Em gửi đi nhé" in said


def test_a_customer_code_is_not_a_place_for_a_new_meter(chat):
    chat.say("gắn điện mới sinh hoạt", "request_new_connection")
    chat.say("Nguyễn Văn An")
    said = chat.say(DARK)
    assert "không cần mã khách hàng" in said
    assert "địa chỉ" in said


def test_a_number_is_not_a_name(chat):
    chat.say("gắn điện mới sinh hoạt", "request_new_connection")
    assert "họ và tên" in chat.say("12345")


def test_the_name_is_corrected_at_the_summary(chat, care):
    chat.say("gắn điện mới sinh hoạt", "request_new_connection")
    for words in ("Nguyễn Văn An", HERE, "0987000111"):
        chat.say(words)
    chat.say("sai rồi", "deny")
    chat.tap("Họ tên")
    assert "Trần Văn Bình" in chat.say("Trần Văn Bình")
    chat.say("đúng", "affirm")
    assert only(care)["contact_name"] == "Trần Văn Bình"


def test_it_can_be_dropped(chat, care):
    chat.say("gắn điện mới", "request_new_connection")
    chat.say("thôi không làm nữa", "cancel")
    assert chat.task is None
    assert not care.bodies


def test_a_power_cut_in_between_switches_and_the_request_is_offered_again(chat):
    chat.say("gắn điện mới sinh hoạt", "request_new_connection")
    chat.say("mà nhà cũ đang mất điện", "report_outage")
    assert "11:30" in (said := chat.say(DARK))
    assert "gắn điện mới" in said
    assert "họ tên" in chat.tap("Làm tiếp")
