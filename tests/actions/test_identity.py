"""The one-time code: nothing private without it, and each way it can go wrong is said and survived."""

from datetime import timedelta

import pytest

from actions.errors import SmsDown
from tests.actions.chat import Chat
from tests.actions.conftest import BRIGHT, DARK, NOW
from tests.actions.owner import PHONE, assert_private, owns, prove

NOBODY = "PB04019999999"


@pytest.fixture
def asked(chat, care) -> Chat:
    owns(care, DARK)
    chat.say("tiền điện tháng này bao nhiêu", "ask_bill")
    chat.say(DARK)
    return chat


def test_the_code_goes_to_the_contracts_phone_of_which_three_digits_are_told(asked, care):
    assert care.codes.sent[-1].phone == PHONE
    assert "…003" in asked.heard[-1]
    assert "5 phút" in asked.heard[-1]
    assert_private(asked, care)


@pytest.mark.parametrize("shape", ["{}", "{} nha em", "mã là {}", "dạ {}.", "OTP:{}"])
def test_six_digits_are_found_inside_words(asked, care, shape):
    assert "540.000" in asked.say(shape.format(care.codes.last))


@pytest.mark.parametrize("blank", [" ", ".", "-"])
def test_digits_may_be_spaced(asked, care, blank):
    digits = care.codes.last
    assert "540.000" in asked.say(blank.join((digits[:3], digits[3:])))


def test_digits_one_by_one(asked, care):
    assert "540.000" in asked.say(" ".join(care.codes.last))


def test_a_code_that_sounds_like_a_wish_is_still_the_code(asked, care):
    assert "540.000" in asked.say(care.codes.last, "goodbye", 0.99)


def test_a_wrong_code_says_how_many_tries_are_left(asked, care):
    assert "còn 2 lần" in asked.say("000000")
    assert "còn 1 lần" in asked.say("000001")
    assert_private(asked, care)
    assert "540.000" in prove(asked)


def test_three_wrong_codes_lock_and_call_a_person(asked, care):
    for wrong in ("000000", "000001", "000002"):
        said = asked.say(wrong)
    assert "sai ba lần" in said
    assert asked.handovers[-1]["reason"] == "locked"
    assert asked.task is None
    asked.say(care.codes.last)
    assert_private(asked, care)


def test_an_expired_code_is_followed_by_a_new_one(asked, care):
    old = care.codes.last
    care.now = asked.now = NOW + timedelta(minutes=6)
    assert "hết hiệu lực" in asked.say(old)
    assert "…003" in asked.tap("Gửi lại mã")
    assert care.codes.last != old
    assert "540.000" in prove(asked)


@pytest.mark.parametrize("words", ["gửi lại mã đi em", "chưa nhận được tin nhắn", "k nhận được mã"])
def test_asking_for_the_code_again_sends_another(asked, care, words):
    asked.say(words, "out_of_scope", 0.7)
    assert len(care.codes.sent) == 2
    assert "540.000" in prove(asked)


def test_after_five_codes_a_day_a_person_is_offered(asked, care):
    for _ in range(5):
        said = asked.press("inform;otp=resend")
    assert "ngày mai" in said
    assert len(care.codes.sent) == 5
    assert asked.buttons[0]["title"] == "Gặp nhân viên"
    assert "540.000" in prove(asked)


def test_five_digits_are_asked_again(asked, care):
    assert "6 chữ số" in asked.say("12345")
    assert care.codes.sent[-1].tries == 0


def test_a_phone_given_up_offers_the_change_or_a_person(asked, care):
    said = asked.tap("Tôi đã đổi số")
    assert {"Đăng ký đổi số", "Gặp nhân viên"} == {b["title"] for b in asked.buttons}
    assert "…003" not in said
    assert_private(asked, care)


def test_another_phone_of_the_contract_may_be_chosen(chat, care):
    owns(care, DARK, phones=(PHONE, "0912000456"))
    chat.say(f"xem tiền điện {DARK}", "ask_bill")
    chat.say("số đó mất sim rồi em", "request_info_update", 0.95)
    chat.tap("Số …456")
    assert care.codes.sent[-1].phone == "0912000456"
    assert "540.000" in prove(chat)


def test_an_unknown_contract_and_one_without_a_phone_get_the_same_words(chat, care):
    owns(care, BRIGHT, phones=())
    chat.say("xem tiền điện", "ask_bill")
    unknown, buttons = chat.say(NOBODY), chat.buttons
    other = Chat(care, NOW, "c2")
    other.say("xem tiền điện", "ask_bill")
    assert other.say(BRIGHT) == unknown
    assert other.buttons == buttons
    assert_private(other, care)


def test_a_mistyped_code_is_replaced(chat, care):
    owns(care, DARK)
    chat.say(f"xem tiền điện {NOBODY}", "ask_bill")
    assert "…003" in chat.say(f"nhầm, {DARK} mới đúng")
    assert "540.000" in prove(chat)


def test_another_persons_code_gives_nothing_without_their_phone(chat, care):
    owns(care, DARK)
    owns(care, BRIGHT, phones=("0912000456",), kwh=[999, 888])
    chat.say(f"xem tiền điện {DARK}", "ask_bill")
    prove(chat)
    own = len(chat.heard)
    assert "…456" in chat.say(f"xem tiền điện {BRIGHT}", "ask_bill")
    chat.say(care.codes.sent[0].digits)
    assert not any("999" in said or "2.697.300" in said for said in chat.heard[own:])
    assert not care.verified("c1", BRIGHT)


def test_a_code_sent_to_one_conversation_opens_no_other(asked, care):
    stranger = Chat(care, NOW, "c2")
    stranger.say(f"xem tiền điện {DARK}", "ask_bill")
    stranger.say(care.codes.sent[0].digits)
    assert_private(stranger, care)


def test_the_session_ends_after_a_quarter_of_an_hour(asked, care):
    prove(asked)
    care.now = asked.now = NOW + timedelta(minutes=16)
    asked.heard.clear()
    asked.say("tiền điện tháng trước", "ask_bill")
    assert asked.buttons[0]["title"] == "Dùng mã …345"
    asked.tap("Dùng mã …345")
    assert_private(asked, care)
    assert len(care.codes.sent) == 2


def test_a_code_asked_for_in_another_task_is_not_sent_twice(asked, care):
    asked.say(f"thôi xem số điện đã dùng {DARK}", "ask_usage", 0.97)
    assert len(care.codes.sent) == 1
    assert "200 kWh" in prove(asked)


def test_the_gateway_down_is_waited_out_then_said(chat, care):
    owns(care, DARK)
    care.codes.sms_down = True
    chat.say("xem tiền điện", "ask_bill")
    with pytest.raises(SmsDown):
        chat.say(DARK, tries=1)
    assert "tin đang trục trặc" in chat.say(DARK)
    assert chat.handovers[-1]["reason"] == "failed_action"
    care.codes.sms_down = False
    chat.tap("Gửi lại mã")
    assert "540.000" in prove(chat)


def test_care_down_while_the_code_is_tried(asked, care):
    care.down = True
    assert "trục trặc" in asked.say(care.codes.last)
    care.down = False
    assert "6 số" in asked.tap("Thử lại")
    assert "540.000" in prove(asked)


def test_a_turn_replayed_after_the_code_did_its_work_goes_on(asked, care):
    care.verify_code("c1", DARK, care.codes.last)
    assert "540.000" in asked.say(care.codes.last)


def test_leaving_is_possible_at_the_code(asked, care):
    asked.say("thôi không cần gửi lại nữa", "cancel", 0.95)
    assert asked.task is None


def test_danger_comes_before_the_code(asked):
    assert "10 m" in asked.say("dây điện đứt rơi xuống đường", "report_hazard")
