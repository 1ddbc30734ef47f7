"""Months of bills, and whether bills are meant at all."""

from datetime import datetime

import pytest

from bot.vietnamese import Period, find_periods, speaks_of_bills

NOW = datetime.fromisoformat("2026-11-23T20:30:00+07:00")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tháng này", [("tháng này", "2026-11")]),
        ("thang truoc", [("thang truoc", "2026-10")]),
        ("tháng trước nữa", [("tháng trước nữa", "2026-09")]),
        ("tháng vừa rồi", [("tháng vừa rồi", "2026-10")]),
        ("tháng này năm ngoái", [("tháng này năm ngoái", "2025-11")]),
        ("kỳ trước", [("kỳ trước", "2026-10")]),
        ("T10", [("T10", "2026-10")]),
        ("t9/2026", [("t9/2026", "2026-09")]),
        ("t7", [("t7", "2026-07")]),
        ("tiền điện t5", [("t5", "2026-05")]),
        ("tháng 9/2026", [("tháng 9/2026", "2026-09")]),
        ("thang 9 nam 2025", [("thang 9 nam 2025", "2025-09")]),
        ("tháng 9 năm ngoái", [("tháng 9 năm ngoái", "2025-09")]),
        ("tháng mười", [("tháng mười", "2026-10")]),
        ("tháng chín với tháng tám", [("tháng chín", "2026-09"), ("tháng tám", "2026-08")]),
        ("tháng 9, tháng 10", [("tháng 9", "2026-09"), ("tháng 10", "2026-10")]),
        ("tháng 9 tháng 10", [("tháng 9", "2026-09"), ("tháng 10", "2026-10")]),
        ("kỳ 1 tháng 9", [("kỳ 1 tháng 9", "2026-09 kỳ 1")]),
        ("ki 2 thang truoc", [("ki 2 thang truoc", "2026-10 kỳ 2")]),
        ("kỳ T10", [("kỳ T10", "2026-10")]),
        ("kỳ tháng 9/2026", [("kỳ tháng 9/2026", "2026-09")]),
        ("no ky thang 8 chua tra", [("ky thang 8", "2026-08")]),
        ("đăng ký tháng 8", [("tháng 8", "2026-08")]),
        ("dang ky thang 8", [("thang 8", "2026-08")]),
        ("kỳ trước nữa", [("kỳ trước nữa", "2026-09")]),
        ("hóa đơn tháng 10 số tiền 950.000đ", [("tháng 10", "2026-10")]),
        ("tháng 10 số lần cúp", []),
        ("từ tháng 6 đến tháng 9", [("từ tháng 6 đến tháng 9", "2026-06..2026-09")]),
        ("hóa đơn T7 tới T10", [("T7 tới T10", "2026-07..2026-10")]),
        ("tu thang 11 den thang 2", [("tu thang 11 den thang 2", "2025-11..2026-02")]),
        ("từ tháng 1/2024 đến tháng 12/2025", [("từ tháng 1/2024 đến tháng 12/2025", "2024-01..2025-12")]),
        ("tháng 6 với tháng 9", [("tháng 6", "2026-06"), ("tháng 9", "2026-09")]),
        ("kỳ 9/2026", [("kỳ 9/2026", "2026-09")]),
        ("hóa đơn 08/2026", [("08/2026", "2026-08")]),
        ("năm 2025", [("năm 2025", "2025-01..2025-12")]),
        ("năm ngoái", [("năm ngoái", "2025-01..2025-12")]),
        ("12 tháng năm 2025", [("năm 2025", "2025-01..2025-12")]),
        ("quý 3", [("quý 3", "2026-07..2026-09")]),
        ("quý I/2026", [("quý I/2026", "2026-01..2026-03")]),
        ("từ đầu năm đến giờ", [("đầu năm", "2026-01..2026-11")]),
        ("2 tháng gần đây", []),
        ("3 tháng nay", []),
        ("mấy tháng này", []),
        ("mỗi tháng 2 lần", []),
        ("ngày 3 tháng 10", []),
        ("3 tháng 10", []),
        ("cuối tháng này", []),
        ("cúp điện t7 này", []),
        ("đăng ký trước", []),
        ("dang ky truoc", []),
        ("thằng này", []),
        ("tòa T10", []),
        ("tháng 13", []),
    ],
)
def test_periods(typed, found):
    assert [(span.text, str(span.value)) for span in find_periods(typed, NOW)] == found


@pytest.mark.parametrize(
    ("typed", "likeliest", "others"),
    [
        ("tháng 3", "2026-03", []),
        ("tháng 12", "2025-12", ["2026-12"]),
        ("kỳ này", "2026-11", ["2026-10"]),
        ("kỳ 2", "2026-11 kỳ 2", ["2026-10 kỳ 2", "2026-02"]),
    ],
)
def test_what_else_can_be_meant_is_said(typed, likeliest, others):
    (span,) = find_periods(typed, NOW)
    assert (str(span.value), [str(other) for other in span.others]) == (likeliest, others)


def test_the_year_turns():
    january = datetime.fromisoformat("2027-01-05T08:00:00+07:00")
    assert find_periods("tháng trước", january)[0].value == Period("2026-12", "2026-12")
    assert find_periods("quý 4", january)[0].value == Period("2026-10", "2026-12")


@pytest.mark.parametrize(
    "typed",
    [
        "tiền điện tháng 10",
        "tháng này xài mấy số",
        "chưa đóng tháng 9",
        "còn nợ t8",
        "con no thang 9",
        "hđ tháng 10",
        "tháng 9 hết 700k",
    ],
)
def test_bills_are_meant(typed):
    assert speaks_of_bills(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "tháng này cúp điện 5 lần",
        "khi nào đóng điện lại",
        "nó tắt hoài",
        "trả lời tui đi",
        "đăng ký tháng 10",
        "số điện thoại",
        "đóng cầu dao",
    ],
)
def test_bills_are_not_meant(typed):
    assert not speaks_of_bills(typed)
