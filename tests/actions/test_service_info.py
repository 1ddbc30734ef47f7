"""What a service takes is told before anything is asked: only what is certain, of the service that was meant."""

import pytest

from actions.service_match import clear, ranked
from tests.actions.conftest import BRIGHT
from tests.actions.owner import owns
from tests.actions.test_outage import HERE


@pytest.mark.parametrize(
    ("words", "service"),
    [
        ("gắn đồng hồ điện mới cần giấy tờ gì", "NEW_LV_RES"),
        ("thu tuc gan dien ke gom nhung gi vay ad", "NEW_LV_RES"),
        ("keo dien 3 pha het nhieu tien", "CHANGE_CAPACITY_PHASE"),
        ("ho so sang ten can nhung gi", "TRANSFER_SUBJECT"),
        ("thời gian di dời công tơ là bao lâu", "MOVE_METER"),
        ("muốn biết quy trình tách công tơ làm mấy bước", "NEW_LV_RES_SPLIT"),
        ("hồ sơ cấp điện trung áp", "NEW_MV_NONRES"),
        ("kiem dinh dong ho neu dung thi co tra tien khong", "CHECK_METER"),
        ("đăng ký định mức cho người thuê trọ cần mang theo gì", "CHANGE_QUOTA"),
        ("tam ngung dien co ton phi ko", "TEMP_SUSPEND"),
        ("chấm dứt hợp đồng làm online được không", "TERMINATE_CONTRACT"),
        ("đổi mục đích sử dụng điện mất mấy hôm", "CHANGE_PURPOSE"),
        ("thủ tục lắp điện mặt trời", "SOLAR_ROOFTOP"),
        ("doi cot phi tinh lam sao", "POLE_MOVE"),
        ("bi cat no thi dong dien lai mat bao lau", "RECONNECT"),
        ("thủ tục cần những gì vậy ad", None),
        ("giá vàng hôm nay", None),
    ],
)
def test_the_service_meant_is_found_with_accents_or_without(care, words, service):
    assert clear(ranked(words, care.services())) == service


def test_papers_time_and_cost_are_told_and_a_button_registers(chat):
    told = chat.say("sang tên hợp đồng điện thì sao em", "ask_service_info")
    assert "2 ngày làm việc (sinh hoạt)" in told
    assert "Miễn phí" in told
    assert "Giấy tờ tùy thân" in told
    assert "đừng gửi ảnh giấy tờ" in told
    assert chat.task is None
    assert "mã khách hàng" in chat.tap("Đăng ký ngay")


@pytest.mark.parametrize(
    ("words", "there", "missing"),
    [
        ("sang tên mấy ngày xong", "ngày làm việc", "Giấy tờ"),
        ("sang tên cần giấy tờ gì", "Giấy tờ tùy thân", "ngày làm việc"),
        ("sang tên có mất phí không", "Miễn phí", "Giấy tờ"),
    ],
)
def test_only_what_was_asked_is_told(chat, words, there, missing):
    told = chat.say(words, "ask_service_info")
    assert there in told
    assert missing not in told


def test_what_is_not_certain_is_said_to_be_so(chat):
    told = chat.say("tạm ngừng điện có tốn phí không", "ask_service_info")
    assert "chưa có con số chắc chắn" in told
    told = chat.say("nâng công suất điện mấy ngày xong", "ask_service_info")
    assert "ngày làm việc" not in told
    assert "xác nhận lại" in told


def test_forty_kilowatts_make_it_the_larger_service(chat):
    assert "≥ 40 kW" in chat.say("hồ sơ cấp điện cho nhà xưởng 80kW gồm gì", "ask_service_info")


def test_a_yes_takes_up_the_offer(chat):
    chat.say("gia hạn hợp đồng cần gì", "ask_service_info")
    assert "mã khách hàng" in chat.say("ừ đăng ký giúp", "affirm")
    assert chat.task["notes"]["service"]["id"] == "RENEW_CONTRACT"


def test_a_yes_later_takes_up_nothing(chat):
    chat.say("gia hạn hợp đồng cần gì", "ask_service_info")
    chat.say("ừ", "affirm")
    chat.say("thôi", "cancel")
    assert "việc nào" in chat.say("ừ", "affirm")


def test_several_likely_ones_are_offered_as_buttons(chat):
    chat.say("điện lực cho dây tới đâu, dây vào nhà ai trả tiền khi lắp mới", "ask_service_info")
    assert 2 <= len(chat.buttons) <= 5
    assert "Cấp điện sinh hoạt".lower() in chat.tap("Gắn điện sinh hoạt").lower()


def test_no_service_named_asks_which_and_understands_the_answer(chat):
    chat.say("thủ tục cần những gì vậy ad", "ask_service_info")
    assert len(chat.buttons) == 5
    assert "gia hạn hợp đồng" in chat.say("gia hạn hợp đồng", "request_contract_renewal")


def test_the_wish_heard_beside_the_question_lifts_its_service(care):
    words = "cho hỏi hợp đồng thì sao"
    alone = dict(ranked(words, care.services()))
    helped = dict(ranked(words, care.services(), [("request_termination", 0.9)]))
    assert helped["TERMINATE_CONTRACT"] > alone.get("TERMINATE_CONTRACT", 0)


def test_solar_panels_are_explained_before_anything_is_asked(chat):
    told = chat.say("lắp điện mặt trời mái nhà cần báo ai", "request_rooftop_solar")
    assert "UBND cấp xã" in told
    assert told.startswith("Dạ về điện mặt trời")
    assert "Zero-Export" in told.split("Dạ còn nữa ạ:")[1]
    assert "họ tên" in chat.tap("Đăng ký ngay")


def test_a_question_inside_a_service_is_answered_and_the_service_goes_on(chat, care):
    owns(care, BRIGHT)
    chat.say("sang tên công tơ", "request_contract_transfer")
    chat.say(BRIGHT)
    told = chat.say("cần giấy tờ gì vậy em", "ask_service_info")
    assert "Giấy tờ tùy thân" in told
    assert "mục đích" in told


def test_a_question_about_a_service_inside_an_outage_report_keeps_the_report(chat):
    chat.say("mất điện", "report_outage")
    told = chat.say("gắn điện mới cần giấy tờ gì", "ask_service_info")
    assert "Giấy tờ tùy thân" in told
    assert "từ lúc nào" in chat.say(HERE)


def test_services_with_a_dialogue_of_their_own_are_begun_there(chat):
    chat.say("báo mất điện thì thủ tục sao", "ask_service_info")
    chat.tap("Đăng ký ngay")
    assert chat.task["name"] == "outage"
