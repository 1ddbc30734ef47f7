"""Claims about bills: what the account shows is said plainly, three questions at most, a summary, one ticket."""

import pytest

from tests.actions import fake_billing
from tests.actions.chat import Chat
from tests.actions.conftest import BRIGHT, DARK, NOW
from tests.actions.fake_care import FakeCare
from tests.actions.owner import KWH, assert_private, owns, prove


def only(care: FakeCare) -> dict:
    assert len(care.bodies) == 1
    return next(iter(care.bodies.values()))


@pytest.fixture
def owner(chat, care) -> Chat:
    """A chat whose contract has an account; nothing proved yet."""
    owns(care, DARK, unpaid=1)
    return chat


def compared(chat: Chat, words: str = "sao tiền điện tháng 10 cao dữ vậy") -> str:
    chat.say(words, "complain_high_bill")
    chat.say(DARK)
    return prove(chat)


def test_the_bill_is_held_against_the_month_and_the_year_before(owner):
    said = compared(owner)
    assert "kỳ 10/2026 mã …345 dùng 200 kWh trong 31 ngày, 540.000 đ" in said
    assert "kỳ 9/2026 (180 kWh): tăng 20 kWh (11 %)" in said
    assert "cùng kỳ 10/2025 (160 kWh): tăng 40 kWh (25 %)" in said
    assert "dài hơn kỳ trước 1 ngày" in said


def test_nothing_is_compared_before_the_code(owner, care):
    owner.say("sao tiền điện cao vậy", "complain_high_bill")
    owner.say(DARK)
    owner.say("000000")
    assert_private(owner, care)


def test_a_use_that_did_not_grow_is_said_so(owner, care):
    care.accounts[DARK] = fake_billing.account(DARK, [170, 170, 180], newest="2026-08")
    assert "không tăng so với kỳ trước" in compared(owner, "tiền điện tháng 8 cao quá")


def test_three_questions_a_summary_and_one_ticket(owner, care):
    compared(owner)
    owner.tap("Thêm thiết bị")
    owner.say("không quay em", "deny", 0.7)
    owner.say("14210")
    summary = owner.tap("Số trên hợp đồng")
    assert "thêm thiết bị" in summary
    assert "14.210 (thấp hơn số 20.000 trên hóa đơn)" in summary
    assert not care.bodies
    filed = owner.tap("Đúng, gửi đi")
    (code,) = care.filed
    assert code in filed
    assert "hoàn kèm lãi" in filed
    body = only(care)
    assert body["service"] == "BILL_COMPLAINT"
    assert body["customer_code"] == DARK
    assert body["details"] == {"cause": "appliances", "leak": "no", "reading": "14210", "call": "contract"}
    assert "10/2026" in body["description"]
    assert "sao tiền điện tháng 10 cao dữ vậy" in body["description"]
    assert "phone" not in body


def test_only_three_questions_about_the_bill_are_asked(owner):
    compared(owner)
    asked = [owner.heard[-1].rsplit("\n", 1)[-1]]
    for answer in ("Không có gì khác", "Chưa thử", "Chưa xem được"):
        asked.append(owner.tap(answer))
    assert "số nào" in asked[-1]
    assert "gửi đi nhé" in owner.say("0912345678").lower()


def test_what_the_first_message_tells_is_not_asked(owner):
    said = compared(owner, "nhà em mới mua máy lạnh nhưng tiền điện cao quá")
    assert "công tơ có còn quay" in said
    assert owner.task["facts"]["cause"] == "appliances"


def test_not_knowing_is_an_answer(owner, care):
    compared(owner)
    owner.say("không có gì khác", "deny")
    owner.say("em chưa thử")
    owner.say("không biết xem")
    owner.say("0912 345 678")
    owner.say("đúng rồi", "affirm")
    assert only(care)["phone"] == "0912345678"
    assert only(care)["details"] == {"cause": "none", "leak": "unknown", "call": "0912345678"}


def test_a_fact_is_changed_at_the_summary(owner, care):
    compared(owner)
    for answer in ("Thêm người ở", "Không", "Chưa xem được", "Số trên hợp đồng"):
        owner.tap(answer)
    owner.tap("Cần sửa lại")
    owner.tap("Chỉ số")
    assert "14.300" in owner.say("công tơ đang chỉ 14300")
    owner.say("à nhầm, số điện thoại 0912345678 nhé")
    owner.say("ok gửi đi", "affirm")
    assert only(care)["details"]["reading"] == "14300"
    assert only(care)["phone"] == "0912345678"


def test_who_understands_may_leave_without_a_ticket(owner, care):
    compared(owner)
    owner.tap("Thôi, em hiểu rồi")
    assert owner.task is None
    assert not care.bodies


def test_an_account_without_readings_is_still_checked(owner, care):
    care.accounts[DARK] = fake_billing.account(DARK, [])
    assert "chưa thấy chỉ số" in compared(owner)
    assert "khác trước" in owner.heard[-1]


def test_a_session_that_ended_is_opened_again_before_filing(owner, care):
    compared(owner)
    for answer in ("Thêm người ở", "Không", "Chưa xem được", "Số trên hợp đồng"):
        owner.tap(answer)
    care.codes.opened.clear()
    assert "mã xác nhận" in owner.say("gửi đi", "affirm")
    assert not care.bodies
    assert "gửi đi nhé" in prove(owner).lower()
    owner.say("đúng rồi", "affirm")
    assert only(care)["service"] == "BILL_COMPLAINT"


def test_the_same_turn_again_files_one_ticket(owner, care):
    compared(owner)
    for answer in ("Thêm người ở", "Không", "Chưa xem được", "Số trên hợp đồng"):
        owner.tap(answer)
    slots = owner.slots
    owner.say("đúng rồi", "affirm")
    owner.slots = slots
    owner.replay(owner.last)
    assert len(care.bodies) == 1


def test_a_danger_in_between_comes_first_and_the_claim_is_offered_again(owner):
    compared(owner)
    assert "10 m" in owner.say("trời ơi dây điện đứt", "report_hazard")
    assert owner.slots["task"]["aside"]["name"] == "high_bill"


def test_another_question_in_between_returns_to_the_claim(owner):
    compared(owner)
    said = owner.say("mà trả tiền ở đâu được", "ask_payment_methods")
    assert "trích nợ" in said
    assert "khác trước" in said
    assert "So với kỳ" not in said


def test_a_payment_that_is_not_booked(owner, care):
    owner.say("momo trừ 620k ngày 5/11 rồi mà vẫn báo nợ", "report_payment_problem")
    owner.say(DARK)
    said = prove(owner)
    assert "còn nợ 540.000 đ" in said
    summary = owner.tap("Số trên hợp đồng")
    for part in ("đã trả vẫn báo nợ", "620.000 đ", "momo", "5/11/2026"):
        assert part in summary
    owner.tap("Đúng, gửi đi")
    details = only(care)["details"]
    assert details == {
        "problem": "still_owed",
        "amount": 620_000,
        "payment_channel": "momo",
        "paid_on": "2026-11-05",
        "call": "contract",
    }


def test_a_debt_that_is_booked_already_needs_no_ticket(chat, care):
    owns(care, DARK)
    chat.say("đã đóng tiền rồi sao vẫn báo nợ", "report_payment_problem")
    chat.say(DARK)
    said = prove(chat)
    assert "không còn nợ" in said
    assert "540.000 đ ngày 5/11/2026 qua MoMo" in said
    assert chat.task is None
    chat.tap("Vẫn gửi kiểm tra")
    assert chat.task["facts"]["problem"] == "other"


def test_a_payment_made_twice_is_looked_for(owner, care):
    account = care.accounts[DARK]
    again = {**account["payments"][0], "paid_at": "2026-10-07T01:00:00Z"}
    account["payments"].insert(0, again)
    owner.say("e bấm zalo pay 2 lần bị trừ x2", "report_payment_problem")
    owner.say(DARK)
    assert "kỳ 9/2026 có hai khoản trả, ngày 5/10/2026 và 7/10/2026 (486.000 đ)" in prove(owner)


def test_a_payment_not_seen_twice_is_said_so(owner):
    owner.say("bị trừ tiền 2 lần", "report_payment_problem")
    owner.say(DARK)
    assert "chỉ thấy mỗi kỳ một khoản" in prove(owner)


def test_a_code_paid_by_mistake_is_not_taken_for_the_customers_own(owner, care):
    owner.say(f"chuyển khoản nhầm mã {BRIGHT} thành nhà khác", "report_payment_problem")
    assert owner.task["facts"].get("customer_code") is None
    owner.say(DARK)
    prove(owner)
    owner.say(BRIGHT)
    owner.say("500 ngàn")
    owner.tap("Ngân hàng")
    owner.say("không nhớ", "deny", 0.5)
    owner.tap("Số trên hợp đồng")
    owner.say("đúng", "affirm")
    details = only(care)["details"]
    assert details["wrong_code"] == BRIGHT
    assert details["amount"] == 500_000
    assert details["payment_channel"] == "ngân hàng"
    assert "paid_on" not in details
    assert only(care)["customer_code"] == DARK
    assert all(one.customer_code == DARK for one in care.codes.sent)


def test_which_trouble_is_asked_when_the_words_do_not_say(owner):
    owner.say("thanh toán bị lỗi", "report_payment_problem")
    owner.say(DARK)
    prove(owner)
    assert [b["title"] for b in owner.buttons] == ["Đã trả vẫn báo nợ", "Trả hai lần", "Trả nhầm mã", "Khác"]
    assert "bao nhiêu tiền" in owner.tap("Khác")


def test_a_channel_in_the_customers_own_words(owner):
    owner.say("bị trừ tiền hai lần", "report_payment_problem")
    owner.say(DARK)
    prove(owner)
    owner.say("850k")
    owner.say("nộp ở chợ Đông Ba", "inform")
    assert owner.task["facts"]["payment_channel"] == "nộp ở chợ Đông Ba"


def test_the_way_to_an_einvoice_is_told_and_a_mail_registered(owner, care):
    assert "EVN CSKH" in owner.say("lấy hóa đơn điện tử ở đâu", "ask_einvoice")
    assert owner.task is None
    owner.tap("Nhận qua email")
    owner.say(DARK)
    prove(owner)
    assert "ten@gmail.com" in owner.say("gửi cho em đi")
    owner.say("an.nguyen@example.com nha")
    owner.say("ok", "affirm")
    assert only(care)["service"] == "EINVOICE"
    assert only(care)["email"] == "an.nguyen@example.com"


def test_a_mail_needs_the_code_first(owner, care):
    owner.say(f"gửi hóa đơn mã {DARK} vào email ke.gian@example.com", "ask_einvoice")
    owner.say("000000")
    assert not care.bodies
    assert_private(owner, care)


def test_care_down_while_filing_loses_nothing(owner, care):
    compared(owner)
    for answer in ("Thêm người ở", "Không", "Chưa xem được", "Số trên hợp đồng"):
        owner.tap(answer)
    care.down = True
    assert "trục trặc" in owner.say("gửi đi", "affirm")
    care.down = False
    owner.tap("Thử lại")
    assert only(care)["details"]["cause"] == "people"


def test_the_newest_period_is_meant_when_none_is_named(chat, care):
    owns(care, DARK, kwh=KWH)
    chat.say(f"tiền điện cao quá {DARK}", "complain_high_bill")
    assert "kỳ 10/2026" in prove(chat)
    assert chat.now == NOW
