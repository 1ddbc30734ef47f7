"""A new connection: which of the nine services it is, who, where, phone; a ticket and what to prepare."""

import pytest

from tests.actions.conftest import DARK
from tests.actions.test_outage import HERE, only


def test_a_household_gets_a_ticket_papers_and_time(chat, care):
    assert "sinh hoạt gia đình hay kinh doanh" in chat.say("tôi muốn gắn đồng hồ điện", "request_new_connection")
    said = chat.say("để ở thôi em")
    assert "họ tên" in said
    assert "5 ngày làm việc" in said
    assert "số điện thoại" in chat.say("Nguyễn Văn An")
    assert "địa chỉ" in chat.say("0987000111")
    assert "1 pha hay 3 pha" in chat.say(HERE)
    summary = chat.tap("1 pha")
    assert "Nguyễn Văn An" in summary
    assert "sinh hoạt" in summary
    assert not care.bodies
    filed = chat.say("ok gửi đi", "affirm")
    (code,) = care.filed
    assert code in filed
    assert "Giấy tờ tùy thân" in filed
    assert "đừng gửi ảnh giấy tờ" in filed
    body = only(care)
    assert body["service"] == "NEW_LV_RES"
    assert body["contact_name"] == "Nguyễn Văn An"
    assert body["phone"] == "0987000111"
    assert body["address"]["province"] == "Cần Thơ"
    assert body["details"] == {"phases": "one"}
    assert "gắn đồng hồ điện" in body["description"]


def test_a_business_is_another_service(chat, care):
    chat.say("mo quan ca phe can gan dien moi", "request_new_connection")
    chat.say("ten em la tran thi be")
    chat.say("0987000111")
    chat.say(HERE)
    chat.say("khoảng 7,5 kW")
    chat.say("dung roi", "affirm")
    assert only(care)["service"] == "NEW_LV_NONRES_LT40"
    assert only(care)["contact_name"] == "tran thi be"
    assert only(care)["details"] == {"purpose": "business", "capacity_kw": 7.5}


@pytest.mark.parametrize(
    ("words", "service"),
    [
        ("nhà mới xây cần gắn điện", "NEW_LV_RES"),
        ("tach cong to dung chung voi nha anh trai", "NEW_LV_RES_SPLIT"),
        ("3 nhà muốn dùng chung một công tơ", "NEW_LV_RES_SHARED"),
        ("xin điện cho xưởng mộc", "NEW_LV_NONRES_LT40"),
        ("xin điện cho xưởng 80kW", "NEW_LV_NONRES_GE40"),
        ("cần điện tạm để thi công nhà", "NEW_LV_NONRES_SHORT"),
        ("công ty xin cấp điện trung áp", "NEW_MV_NONRES"),
        ("khu công nghiệp xin mua buôn điện", "NEW_MV_BULK"),
        ("em muốn đăng ký cấp điện ngoài sinh hoạt", "NEW_LV_NONRES_LT40"),
        ("xin cap dien ngoai sinh hoat 80kW", "NEW_LV_NONRES_GE40"),
        ("cấp điện từ lưới trung áp, ngoài sinh hoạt", "NEW_MV_NONRES"),
        ("gắn điện không phải sinh hoạt đâu nha", "NEW_LV_NONRES_LT40"),
    ],
)
def test_the_words_tell_which_service_it_is(chat, words, service):
    chat.say(words, "request_new_connection")
    assert chat.task["notes"]["service"]["id"] == service


@pytest.mark.parametrize(
    ("button", "service"),
    [("Sản xuất", "NEW_LV_NONRES_LT40"), ("Tách công tơ riêng", "NEW_LV_RES_SPLIT"), ("Sinh hoạt", "NEW_LV_RES")],
)
def test_else_a_button_tells_it(chat, button, service):
    chat.say("cần gắn điện mới", "request_new_connection")
    chat.tap(button)
    assert chat.task["notes"]["service"]["id"] == service


def test_forty_kilowatts_are_another_service_and_back_again(chat):
    chat.say("gắn điện cho xưởng gỗ", "request_new_connection")
    for words in ("Nguyễn Văn An", "0987000111", HERE):
        chat.say(words)
    assert "từ 40 kW" in chat.say("chừng 60 kw")
    assert chat.task["notes"]["service"]["id"] == "NEW_LV_NONRES_GE40"
    assert "dưới 40 kW" in chat.say("nhầm, 30 kW thôi")
    assert chat.task["notes"]["service"]["id"] == "NEW_LV_NONRES_LT40"
    assert chat.task["facts"]["contact_name"] == "Nguyễn Văn An"


def test_several_facts_in_one_message(chat):
    said = chat.say(f"xin gắn điện nhà ở 3 pha, tên là Lê Thị Hoa, {HERE}, 0987000111", "request_new_connection")
    assert "Em gửi đi nhé" in said
    assert "Lê Thị Hoa" in said
    assert "12 Trần Phú, Phường Cái Khế, Cần Thơ" in said
    assert "3 pha" in said


def test_a_customer_code_is_not_a_place_for_a_new_meter(chat):
    chat.say("gắn điện mới sinh hoạt", "request_new_connection")
    chat.say("Nguyễn Văn An")
    chat.say("0987000111")
    said = chat.say(DARK)
    assert "không cần mã khách hàng" in said
    assert "địa chỉ" in said


def test_a_place_told_for_an_outage_is_not_where_a_new_meter_goes(chat):
    chat.say(f"mất điện ở {HERE}", "report_outage")
    chat.say("gắn điện mới cho nhà ở", "request_new_connection")
    assert "address" not in chat.task["facts"]


def test_a_number_is_not_a_name(chat):
    chat.say("gắn điện mới sinh hoạt", "request_new_connection")
    assert "họ và tên" in chat.say("12345")


def test_the_name_is_corrected_at_the_summary(chat, care):
    chat.say("gắn điện mới sinh hoạt", "request_new_connection")
    for words in ("Nguyễn Văn An", "0987000111", HERE, "1 pha"):
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
    assert "11h30" in (said := chat.say(DARK))
    assert "gắn điện sinh hoạt" in said
    assert "họ tên" in chat.tap("Làm tiếp")
