"""Ways into a ticket that begin with an explanation: notices, fraud, bills without a code, electronic contracts."""

import pytest

from tests.actions.conftest import BRIGHT, DARK
from tests.actions.owner import owns


def test_notices_are_explained_and_a_yes_registers_them(chat):
    assert "đăng ký giúp" in chat.say("đăng ký nhận tin nhắn tiền điện sao", "ask_notification_signup")
    assert "mã khách hàng" in chat.say("ừ đăng ký đi em", "affirm")
    assert chat.task["notes"]["service"]["id"] == "REGISTER_NOTICE"


def test_notices_with_a_code_are_registered_at_once(chat, care):
    chat.say(f"đăng ký nhận tin cho mã {BRIGHT}", "ask_notification_signup")
    assert chat.task["facts"]["customer_code"] == BRIGHT
    chat.tap("Tất cả")
    assert "0912 345 678" in chat.say("0912345678")
    chat.say("đúng rồi", "affirm")
    assert next(iter(care.bodies.values()))["service"] == "REGISTER_NOTICE"


def test_a_fraud_report_is_offered_and_a_yes_begins_it(chat, care):
    assert "phiếu báo" in chat.say("có người gọi dọa cắt điện đòi chuyển tiền", "ask_scam")
    chat.say("ừ", "affirm")
    chat.say("không", "deny")
    body = next(iter(care.bodies.values()))
    assert body["service"] == "SCAM_REPORT"
    assert "dọa cắt điện" in body["description"]


def test_a_wish_to_report_fraud_is_advised_and_begun_at_once(chat):
    said = chat.say("tôi muốn tố cáo số 0909123456 giả điện lực đòi tiền", "ask_scam")
    assert "đừng chuyển tiền" in said
    assert chat.task["name"] == "scam"


def test_who_cannot_get_the_code_may_still_complain_about_a_bill(chat, care):
    owns(care, DARK)
    chat.say("tiền điện tháng 10 tăng gấp đôi vô lý", "complain_high_bill")
    chat.say(DARK)
    chat.say("tôi đổi số rồi", "inform")
    chat.tap("Gửi không cần mã")
    chat.tap("Dùng mã …345")
    summary = chat.say("0912345678")
    assert "tháng 10/2026" in summary
    assert "tăng gấp đôi" in summary
    assert "Mã phiếu" in chat.say("đúng", "affirm")
    assert chat.slots["task"]["aside"] is None
    assert next(iter(care.bodies.values()))["service"] == "BILL_COMPLAINT"


def test_payment_trouble_needs_the_code(chat, care):
    owns(care, DARK)
    chat.say("đóng tiền rồi vẫn báo nợ", "report_payment_problem")
    chat.say(DARK)
    chat.say("tôi đổi số rồi", "inform")
    assert "Gửi không cần mã" not in {button["title"] for button in chat.buttons}


def test_electronic_contracts_are_explained(chat):
    chat.say("xem hợp đồng điện tử ở đâu", "ask_einvoice")
    chat.tap("Đăng ký ngay")
    assert chat.task["notes"]["service"]["id"] == "ECONTRACT"


@pytest.mark.parametrize(
    ("words", "task"),
    [
        ("khiếu nại hóa đơn cần giấy tờ gì", "high_bill"),
        ("đã trả vẫn báo nợ thì thủ tục sao", "payment_problem"),
        ("thủ tục báo lừa đảo", "scam"),
    ],
)
def test_the_register_button_begins_the_dialogue_of_its_own(chat, words, task):
    chat.say(words, "ask_service_info")
    chat.tap("Đăng ký ngay")
    assert chat.task["name"] == task


def test_ok_after_advice_begins_nothing(chat):
    chat.say("có người tới nhà thu tiền không có thẻ", "ask_scam")
    chat.say("ok em", "affirm")
    assert chat.task is None
