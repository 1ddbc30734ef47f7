"""The summary of a request: a plain yes files it, what is wrong is told anew, and it need not be sent at all."""

import pytest

from tests.actions.conftest import BRIGHT
from tests.actions.owner import owns
from tests.actions.test_service import transfer


@pytest.fixture(autouse=True)
def owned(care):
    owns(care, BRIGHT)


@pytest.mark.parametrize("words", ["đúng rồi nhưng khoan", "có gì đó không đúng", "dạ có, mà sai rồi"])
def test_a_yes_with_a_but_is_no_yes(chat, care, words):
    transfer(chat)
    assert "sửa chỗ nào" in chat.say(words, "affirm")
    assert not care.codes.sent


def test_nothing_wrong_is_a_yes(chat, care):
    transfer(chat)
    chat.say("không có gì sai, gửi đi em", "affirm")
    assert care.codes.sent


def test_every_fact_has_its_button_when_something_is_wrong(chat):
    transfer(chat)
    chat.say("sai rồi", "deny")
    assert [one["title"] for one in chat.buttons] == ["Mã khách hàng", "Mục đích", "Chủ hợp đồng mới", "Số điện thoại"]
    chat.tap("Mục đích")
    assert "Kinh doanh, dịch vụ" in chat.tap("Kinh doanh, dịch vụ")


def test_a_wrong_fact_is_named_in_words_and_told_anew(chat):
    transfer(chat)
    assert "số điện thoại" in chat.say("đúng rồi nhưng đổi số điện thoại", "affirm")
    assert "0912 345 678" in chat.say("0912345678")


def test_the_right_fact_told_at_once_is_taken(chat):
    transfer(chat)
    assert "0912 345 678" in chat.say("sai số điện thoại, 0912345678 mới đúng", "deny")


def test_an_old_option_button_corrects_its_own_field(chat):
    transfer(chat)
    assert "Sản xuất" in chat.press("inform;value=purpose:production")


def test_a_button_of_another_field_or_an_unknown_option_changes_nothing(chat):
    chat.say("sang tên công tơ", "request_contract_transfer")
    chat.say(BRIGHT)
    for payload in ("inform;value=purpose:castle", "inform;value=colour:red", "inform;value=castle"):
        chat.press(payload)
    assert "purpose" not in chat.task["facts"]


@pytest.mark.parametrize(
    ("words", "wish"), [("khỏi gửi", "deny"), ("thôi không gửi nữa em", "cancel"), ("đừng gửi", "out_of_scope")]
)
def test_not_to_send_it_is_the_end_of_it_however_unsure_the_wish(chat, care, words, wish):
    transfer(chat)
    assert "không gửi" in chat.say(words, wish, 0.45).lower()
    assert not care.bodies
    assert chat.task is None
