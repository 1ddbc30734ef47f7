"""Customer codes, ticket codes and telephone numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese import (
    damm_digit,
    find_customer_codes,
    find_phones,
    find_ticket_codes,
    parse_last_three,
    ticket_code_ok,
)

digits = st.text(alphabet="0123456789", min_size=7, max_size=9)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("PB04010012345", ["PB04010012345"]),
        ("mã pb04 01 0012345 nha", ["PB04010012345"]),
        ("pb.0401.00I2345", ["PB04010012345"]),
        ("PB04 01 OO12345", ["PB04010012345"]),
        ("PA25TT0012345", ["PA25TT0012345"]),
        ("PE0100012345 mất 2 tiếng", ["PE0100012345"]),
        ("PB04010012345 và PE01000000001", ["PB04010012345", "PE01000000001"]),
        ("pê bê không bốn không một không không không bảy tám hai một á em", ["PB04010007821"]),
        ("bê bê không bốn không một không không không bảy tám hai một", ["PB04010007821"]),
        ("pê e 01 00 0012345 nha", ["PE01000012345"]),
        ("em, pê a hai lăm tê tê không không một hai ba bốn năm", ["PA25TT0012345"]),
        ("pe de 1 3 0 0 0 4 5 6 7 8 1", ["PD13000456781"]),
        ("PBO4O1OO12345", ["PB04010012345"]),
        ("PA25TTOO12345", ["PA25TT0012345"]),
        ("pb0401001234l", ["PB04010012341"]),
        ("P B 0 4 0 1 0 0 1 2 3 4 5", ["PB04010012345"]),
        ("bê tông năm bảy", []),
        ("phường 5 quận 8", []),
        ("pin 2000", []),
        ("", []),
    ],
)
def test_customer_codes(typed, codes):
    assert [span.value for span in find_customer_codes(typed)] == codes


@pytest.mark.parametrize(
    "typed",
    [
        "YC26481930",
        "yc 2648 1930",
        "YC-26481930",
        "phiếu 26481930",
        "ma phieu: 26481930 sao roi",
        "26481930 phiếu này sao rồi",
        "26481930 tới đâu rồi",
        "huy 26481930 giup toi",
        "đơn số 2648-1930",
        "y xê hai sáu bốn tám một chín ba không",
        "em, hai sáu bốn tám một chín ba không",
    ],
)
def test_ticket_codes(typed):
    assert [span.value for span in find_ticket_codes(typed)] == ["YC26481930"]


def test_a_spoken_code_or_phone_holds_no_ticket():
    # The last digits of each have a right check digit.
    assert find_ticket_codes("pê bê không bốn không một không không không bảy tám hai một") == []
    assert find_ticket_codes("không chín không không không không không không không không") == []


def test_a_mistyped_ticket_code_is_only_found_unchecked():
    assert find_ticket_codes("YC26481931") == []
    assert [span.value for span in find_ticket_codes("YC26481931", checked=False)] == ["YC26481931"]


@given(digits, st.data())
def test_the_check_digit_finds_each_wrong_digit_and_swap(number, data):
    code = number + damm_digit(number)
    assert ticket_code_ok("YC" + code)
    at = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != code[at]]))
    assert not ticket_code_ok("YC" + code[:at] + wrong + code[at + 1 :])
    if at and code[at] != code[at - 1]:
        swapped = code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :]
        assert not ticket_code_ok("YC" + swapped)


@pytest.mark.parametrize(
    ("typed", "phones"),
    [
        ("0987000111", ["0987000111"]),
        ("+84 987 000 111", ["0987000111"]),
        ("84987000111", ["0987000111"]),
        ("0987.000.111 nha", ["0987000111"]),
        ("o987000111", ["0987000111"]),
        ("sdt 0987 000 111 2 tiếng rồi", ["0987000111"]),
        ("02923 820 999", ["02923820999"]),
        ("0987000111, 0912345678", ["0987000111", "0912345678"]),
        ("không chín tám bảy không không không một một một", ["0987000111"]),
        ("o chín tám bảy ba ba ba một một hai", ["0987333112"]),
        ("không chín tám bảy 000 111", ["0987000111"]),
        ("em tư không chín tám bảy không không không một một một", ["0987000111"]),
        ("gọi 1558 hay 1900 1006", []),
        ("PB04 01 0012345", []),
        ("09870001112", []),
    ],
)
def test_phones(typed, phones):
    assert [span.value for span in find_phones(typed)] == phones


@pytest.mark.parametrize(
    ("typed", "three"),
    [
        ("ba số cuối là 111", "111"),
        ("1 1 1", "111"),
        ("không không bốn", "004"),
        ("0987000111", "111"),
        ("111 hoặc 112", None),
        ("12", None),
        ("", None),
    ],
)
def test_last_three_digits(typed, three):
    assert parse_last_three(typed) == three
