"""Own bills, debts, use and days: told once the contract is open, from the account and nothing else."""

import re
from pathlib import Path

import pytest
import yaml

from actions.errors import BillingDown
from tests.actions import fake_billing
from tests.actions.chat import Chat
from tests.actions.conftest import BRIGHT, DARK
from tests.actions.owner import assert_private, owns, prove

ROOT = Path(__file__).resolve().parents[2]
RULES = ("due.general", "due.late", "due.reconnect", "due.extend", "methods", "einvoice", "reading_day.general")


@pytest.fixture
def known(chat, care) -> Chat:
    """A chat whose contract is open."""
    owns(care, DARK, unpaid=1)
    chat.say(f"xem tiền điện {DARK}", "ask_bill")
    prove(chat)
    return chat


def test_the_newest_bill_is_told_in_full(known):
    said = known.heard[-1]
    assert "kỳ 10/2026 của mã …345: 540.000 đ (200 kWh)" in said
    assert "Chưa trả, hạn đến hết ngày 28/11/2026" in said


def test_a_named_month(known):
    assert "kỳ 8/2026 của mã …345: 702.000 đ (260 kWh).\nĐã trả ngày 5/9/2026" in known.say("tiền điện t8", "ask_bill")


def test_the_month_before_the_one_of_today(known):
    assert "kỳ 10/2026" in known.say("còn tháng trước", "ask_bill")


def test_this_month_is_not_billed_yet_and_the_newest_is_shown(known):
    said = known.say("tiền điện tháng này", "ask_bill")
    assert said.startswith("Dạ kỳ 11/2026 chưa có hóa đơn")
    assert "540.000 đ" in said


def test_several_months_are_listed_with_their_sum(known):
    said = known.say("3 tháng gần đây hết bao nhiêu", "ask_bill")
    assert said.count("•") == 3
    assert "• 9/2026: 486.000 đ (180 kWh), đã trả" in said
    assert "Cộng: 1.728.000 đ" in said


def test_a_span_of_months(known):
    assert known.say("tiền điện từ tháng 6 đến tháng 8", "ask_bill").count("•") == 3


def test_a_month_of_another_year(known):
    assert "kỳ 12/2025 của" in known.say("tiền điện tháng 12 năm ngoái", "ask_bill")
    assert "từ kỳ 10/2025" in known.say("tiền điện 3/2019", "ask_bill")


def test_what_is_owed(known, care):
    assert "còn nợ 540.000 đ" in known.say("mã này còn nợ không", "ask_bill")
    care.accounts[DARK] = fake_billing.account(DARK, [200, 180], unpaid=2)
    said = known.say("còn nợ bao nhiêu", "ask_bill")
    assert "còn nợ 1.026.000 đ" in said
    assert said.index("9/2026") < said.index("10/2026")
    assert "Các kỳ khác còn nợ 486.000 đ" in known.say("tiền điện tháng 10", "ask_bill")
    care.accounts[DARK] = fake_billing.account(DARK, [200])
    assert "không còn nợ" in known.say("còn nợ không", "ask_bill")


def test_an_account_without_bills(known, care):
    care.accounts[DARK] = fake_billing.account(DARK, [])
    assert "chưa có hóa đơn nào" in known.say("xem tiền điện", "ask_bill")
    assert "chưa có chỉ số" in known.say("dùng bao nhiêu số", "ask_usage")
    assert "không còn nợ" in known.say("hạn đóng tiền", "ask_payment_due")
    assert not known.pictures


def test_an_overdue_bill(known, care):
    care.accounts[DARK]["invoices"][0]["status"] = "overdue"
    assert "đã quá hạn ngày 28/11/2026" in known.say("xem tiền điện", "ask_bill")
    assert "đã quá hạn ngày 28/11/2026" in known.say("hạn đóng là ngày mấy", "ask_payment_due")


def test_a_use_of_nothing_is_a_bill_of_nothing(known, care):
    care.accounts[DARK] = fake_billing.account(DARK, [0, 0])
    assert "0 đ (0 kWh)" in known.say("xem tiền điện", "ask_bill")
    assert "bằng nhau" in known.say("dùng mấy số", "ask_usage")


def test_use_is_compared_with_the_month_and_the_year_before(known):
    said = known.say("tháng 10 xài bao nhiêu số", "ask_usage")
    assert "(1/10/2026 – 31/10/2026, 31 ngày)" in said
    assert "19.800 → 20.000" in said
    assert "So với kỳ 9/2026 (180 kWh): tăng 20 kWh (11 %)" in said
    assert "So với cùng kỳ 10/2025 (160 kWh): tăng 40 kWh (25 %)" in said


def test_the_picture_shows_twelve_months_oldest_first(known):
    known.say("xem điện đã dùng", "ask_usage")
    (picture,) = known.pictures
    assert len(picture["bars"]) == 12
    assert picture["bars"][0] == ["11\n2025", 165]
    assert picture["bars"][2] == ["1\n2026", 155]
    assert picture["bars"][-1] == ["10", 200]
    assert DARK not in str(picture)


def test_daily_use_is_said_to_be_elsewhere(known):
    assert known.say("hôm nay dùng bao nhiêu kwh rồi", "ask_usage").startswith("Dạ ở đây em chỉ xem được theo kỳ")


def test_the_code_stays_known_for_the_next_question(known, care):
    known.tap("Xem điện đã dùng")
    assert "200 kWh" in known.heard[-1]
    assert len(care.codes.sent) == 1


def test_another_month_is_asked_in_passing(known):
    assert "kỳ 8/2026 của" in known.say("còn tháng 8 thì sao", "inform", 0.4)
    known.say("xem số điện đã dùng", "ask_usage")
    assert "kỳ 7/2026 (" in known.say("tháng 7 thì sao em", "inform", 0.4)


def test_a_question_that_changes_before_the_code_keeps_the_contract(chat, care):
    owns(care, DARK)
    chat.say("xem tiền điện", "ask_bill")
    chat.say(DARK)
    assert "…003" in chat.say("à xem số điện thôi em", "ask_usage", 0.95)
    assert len(care.codes.sent) == 1
    assert "200 kWh" in prove(chat)


def test_a_bare_code_is_an_answer_whatever_it_sounds_like(chat, care):
    owns(care, DARK)
    chat.say("xem tiền điện", "ask_bill")
    assert "…003" in chat.say(DARK, "report_outage", 0.99)


def test_a_rule_told_in_between_leaves_the_task(chat):
    chat.say("nhà em mất điện", "report_outage")
    said = chat.say("trễ bao lâu thì bị cắt điện vậy", "ask_payment_due", 0.95)
    assert "chưa có con số chắc chắn" in said
    assert "mã khách hàng" in said
    assert chat.task["name"] == "outage"


def test_a_code_of_another_task_is_offered_not_used(chat, care):
    owns(care, DARK)
    chat.say(f"mất điện mã {DARK}", "report_outage")
    chat.say("xem tiền điện", "ask_bill")
    assert not care.codes.sent
    assert chat.buttons[0]["title"] == "Dùng mã …345"
    chat.say("đúng rồi", "affirm")
    assert len(care.codes.sent) == 1


def test_the_offered_code_may_be_refused(chat, care):
    owns(care, DARK)
    owns(care, BRIGHT, kwh=[50, 60])
    chat.say(f"mất điện mã {DARK}", "report_outage")
    chat.say("xem tiền điện", "ask_bill")
    assert "13 ký tự" in chat.tap("Mã khác")
    chat.say(BRIGHT)
    assert "…890" in prove(chat)


@pytest.mark.parametrize("words", ["em không nhớ mã", "mã ở đâu vậy em", "k biết mã kh"])
def test_no_code_at_hand(chat, words):
    chat.say("xem tiền điện", "ask_bill")
    assert "in trên hóa đơn" in chat.say(words, "ask_customer_code", 0.7)


def test_half_a_code_is_asked_again(chat, care):
    chat.say("xem tiền điện", "ask_bill")
    assert "chưa đủ" in chat.say("PB0401")
    assert not care.codes.sent


def test_an_answer_that_is_no_code(chat):
    chat.say("xem tiền điện", "ask_bill")
    assert "PB04010012345" in chat.say("ờ thì", "out_of_scope", 0.3)


def test_billing_down_is_waited_out_then_said_and_tried_again(known, care):
    care.billing_down = True
    with pytest.raises(BillingDown):
        known.say("xem tiền điện", "ask_bill", tries=1)
    assert "hệ thống hóa đơn" in known.say("xem tiền điện", "ask_bill")
    assert known.handovers[-1]["reason"] == "failed_action"
    care.billing_down = False
    assert "540.000" in known.tap("Thử lại")


def test_a_contract_that_billing_does_not_know(known, care):
    del care.accounts[DARK]
    assert "chưa thấy dữ liệu" in known.say("xem tiền điện", "ask_bill")


def test_the_due_day(known, chat):
    assert "trước hết ngày 28/11/2026" in known.say("hạn đóng tiền là khi nào", "ask_payment_due")


def test_without_a_contract_the_rule_is_told_and_the_own_day_offered(chat, care):
    owns(care, DARK, unpaid=1)
    assert "mỗi nơi một khác" in chat.say("hạn đóng tiền điện ngày mấy", "ask_payment_due")
    assert chat.task is None
    chat.tap("Xem hạn của tôi")
    chat.say(DARK)
    assert_private(chat, care)
    assert "28/11/2026" in prove(chat)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("trễ bao lâu thì bị cắt điện", "chưa có con số chắc chắn"),
        ("cho tui khất tới tuần sau", "không tự quyết"),
        ("phí đóng điện lại bao nhiêu", "98.000 đ"),
    ],
)
def test_paying_late(chat, words, part):
    assert part in chat.say(words, "ask_payment_due")


def test_the_reading_day(chat, care):
    owns(care, DARK, reading_day=12)
    assert "cố định" in chat.say("ngày nào ghi điện", "ask_meter_reading_day")
    chat.tap("Xem ngày của tôi")
    chat.say(DARK)
    assert "ngày 12 hằng tháng" in prove(chat)
    care.accounts[DARK]["reading_day"] = 31
    assert "ngày cuối tháng" in chat.say("ngày nào ghi điện", "ask_meter_reading_day")
    care.accounts[DARK]["reading_day"] = None
    assert "1558" in chat.say("ngày nào ghi điện", "ask_meter_reading_day")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("trả tiền điện ở đâu", "trích nợ"),
        ("đóng hộ ba má được không", "ai cũng trả giúp được"),
        ("cho xin số tài khoản để chuyển", "không gửi số tài khoản"),
        ("có thu tại nhà không", "điểm thu gần nhà"),
    ],
)
def test_how_to_pay(chat, words, part):
    assert part in chat.say(words, "ask_payment_methods")


def test_a_rule_asked_inside_a_task_is_answered_and_the_task_goes_on(chat):
    chat.say("nhà em mất điện", "report_outage")
    said = chat.say("à trả tiền điện qua đâu được", "ask_payment_methods")
    assert "trích nợ" in said
    assert chat.task["name"] == "outage"


def test_no_figure_of_the_rules_is_invented():
    """What these sentences state as rules stands in care's catalogue."""
    facts = yaml.safe_load((ROOT / "care/catalogue/faq.yaml").read_text("utf-8"))["facts"]
    stated = " ".join(text for fact in facts if fact["confidence"] == "confirmed" for text in fact["facts"])
    replies = yaml.safe_load((ROOT / "data/responses/bills.yml").read_text("utf-8"))["replies"]
    for key, reply in replies.items():
        if key.startswith(RULES):
            text = reply if isinstance(reply, str) else reply["text"]
            for figure in re.findall(r"\d[\d.,]*\d|\d", text):
                assert figure in stated, f"{key}: {figure}"
