"""Sums, energy, power and meter readings: the number said, where it stands, and nothing that only looks alike."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese import Power, find_kw, find_kwh, find_meter_readings, find_money, strip_accents
from bot.vietnamese.quantities import quantities


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("hết 1tr2", [("1tr2", 1_200_000)]),
        ("1tr250 lận", [("1tr250", 1_250_000)]),
        ("trừ 850k của tui", [("850k", 850_000)]),
        ("thiếu 12k5", [("12k5", 12_500)]),
        ("gần triệu rưỡi", [("triệu rưỡi", 1_500_000)]),
        ("nửa triệu", [("nửa triệu", 500_000)]),
        ("hơn trăm ngàn", [("trăm ngàn", 100_000)]),
        ("1.200.000đ", [("1.200.000đ", 1_200_000)]),
        ("1,200,000 VNĐ", [("1,200,000 VNĐ", 1_200_000)]),
        ("2 triệu 3", [("2 triệu 3", 2_300_000)]),
        ("2 triệu 350", [("2 triệu 350", 2_350_000)]),
        ("2 triệu 3 trăm rưỡi", [("2 triệu 3 trăm rưỡi", 2_350_000)]),
        ("1 triệu 164 ngàn 197 đồng", [("1 triệu 164 ngàn 197 đồng", 1_164_197)]),
        ("500 nghìn", [("500 nghìn", 500_000)]),
        ("năm trăm ngàn đồng", [("năm trăm ngàn đồng", 500_000)]),
        ("hai mươi lăm ngàn", [("hai mươi lăm ngàn", 25_000)]),
        ("một triệu hai trăm năm mươi ngàn", [("một triệu hai trăm năm mươi ngàn", 1_250_000)]),
        ("một trăm lẻ năm nghìn", [("một trăm lẻ năm nghìn", 105_000)]),
        ("1,5 triệu", [("1,5 triệu", 1_500_000)]),
        ("3 củ rưỡi", [("3 củ rưỡi", 3_500_000)]),
        ("2 tỷ 5", [("2 tỷ 5", 2_500_000_000)]),
        ("đóng 450000 rồi", [("450000", 450_000)]),
        ("số tiền 731.900 là sao", [("731.900", 731_900)]),
        ("bữa 700k bữa 1tr", [("700k", 700_000), ("1tr", 1_000_000)]),
        ("3 triệu 2 tháng", [("3 triệu", 3_000_000)]),
        ("giá 3500đ/ký", [("3500đ", 3_500)]),
        ("1.984 đồng một kWh", [("1.984 đồng", 1_984)]),
        ("mấy triệu", []),
        ("vài trăm", []),
        ("12 đ Trần Phú", []),
        ("1 đồng hồ", []),
        ("2 trạm biến áp", []),
        ("5 k biết", []),
        ("tivi 4k", []),
        ("5 ngàn con gà", []),
        ("hai cụ già", []),
        ("công ty không có điện", []),
        ("1.500 kWh", []),
        ("số công tơ 2012345678", []),
    ],
)
def test_money(typed, found):
    assert [(span.text, span.value) for span in find_money(typed)] == found


@pytest.mark.parametrize("typed", ["1 triệu 2", "năm trăm ngàn", "triệu rưỡi", "3 củ", "ba mươi nghìn đồng"])
def test_money_without_accents(typed):
    assert [s.value for s in find_money(strip_accents(typed))] == [s.value for s in find_money(typed)] != []


def test_hundreds_of_money_may_be_thousands_left_unsaid():
    (span,) = find_money("tiền điện 3 trăm")
    assert (span.text, span.value, span.others) == ("3 trăm", 300_000, (300,))
    assert find_money("300k")[0].others == ()


@given(st.integers(1, 10**12))
def test_grouped_digits_say_their_number(amount):
    grouped = f"{amount:,}".replace(",", ".") + "đ"
    assert [span.value for span in find_money(f"đóng {grouped} rồi")] == ([amount] if amount >= 100 else [])


ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def spoken(number: int) -> str:
    """A number below a million as it is read aloud."""
    if number >= 1000:
        rest = number % 1000
        tail = "" if not rest else (" không trăm" if rest < 100 else "") + " " + spoken(rest) if rest >= 100 else ""
        return f"{spoken(number // 1000)} nghìn{tail}"
    if number >= 100:
        rest = number % 100
        tail = "" if not rest else f" lẻ {ONES[rest]}" if rest < 10 else f" {spoken(rest)}"
        return f"{ONES[number // 100]} trăm{tail}"
    if number < 10:
        return ONES[number]
    tens = "mười" if number < 20 else f"{ONES[number // 10]} mươi"
    last = {0: "", 5: " lăm", 1: " một" if number < 20 else " mốt"}.get(number % 10, f" {ONES[number % 10]}")
    return tens + last


@given(st.integers(1, 999))
def test_numbers_in_words_are_read_as_they_are_told(number):
    (one,) = quantities(f"{spoken(number)} số")
    assert one.value == Decimal(number)


@given(st.integers(1, 999), st.integers(100, 999))
def test_thousands_in_words(thousands, rest):
    assert [span.value for span in find_money(spoken(thousands) + " nghìn")] == [thousands * 1000]
    assert [span.value for span in find_money(f"{spoken(thousands)} nghìn {spoken(rest)}")] == [thousands * 1000 + rest]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tháng rồi 412 số", [("412 số", 412)]),
        ("95 ký điện", [("95 ký điện", 95)]),
        ("12 kí gạo", []),
        ("xài 95 kí", [("95 kí", 95)]),
        ("208,5kWh", [("208,5kWh", 208.5)]),
        ("1.250 kwh", [("1.250 kwh", 1250)]),
        ("ba trăm rưỡi số", [("ba trăm rưỡi số", 350)]),
        ("4 trăm số", [("4 trăm số", 400)]),
        ("năm chục ký điện", [("năm chục ký điện", 50)]),
        ("240 chữ điện", [("240 chữ điện", 240)]),
        ("xai het 168 so", [("168 so", 168)]),
        ("tính thử tiền 320kw", [("320kw", 320)]),
        ("từ 200 số lên 410 số", [("200 số", 200), ("410 số", 410)]),
        ("số 350 đường Láng", []),
        ("giá 1 kWh", []),
        ("một số điện bao nhiêu", []),
        ("3 số điện thoại", []),
        ("3 số cuối", []),
        ("pin lưu trữ 10 kWh", []),
        ("tháng 10 ký hợp đồng", []),
        ("bài văn 500 chữ", []),
        ("1900 1006 số nào", []),
        ("nhà 12 số 5 Lê Lai", []),
        ("máy 2kw chạy 8 tiếng hết bao nhiêu tiền", []),
    ],
)
def test_energy(typed, found):
    assert [(span.text, span.value) for span in find_kwh(typed)] == found


@pytest.mark.parametrize(
    ("typed", "power", "kw"),
    [
        ("cần 7,5 kW", Power(7.5, "kW"), 7.5),
        ("5kw", Power(5, "kW"), 5),
        ("mô tơ 10 ngựa", Power(10, "HP"), 7.46),
        ("1 ngựa rưỡi", Power(1.5, "HP"), 1.119),
        ("1.5HP", Power(1.5, "HP"), 1.119),
        ("hai ngựa", Power(2, "HP"), 1.492),
        ("trạm 1.250 kVA", Power(1250, "kVA"), 1250),
        ("hòa lưới 12 kWp", Power(12, "kWp"), 12),
        ("tủ lạnh 150W", Power(150, "W"), 0.15),
        ("1.2 MW", Power(1200, "kW"), 1.2 * 1000),
    ],
)
def test_power(typed, power, kw):
    (span,) = find_kw(typed)
    assert (span.value, span.value.kw) == (power, kw)
    assert typed[span.start : span.end] == span.text


@pytest.mark.parametrize("typed", ["22kV", "350 kWh", "220V", "10 ngứa", "tính tiền 275kw", "kw", "số 5"])
def test_no_power(typed):
    assert find_kw(typed) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("chỉ số 4521", [("4521", 4521, None)]),
        ("chi so hien tai la 07731", [("07731", 7731, "new")]),
        ("công tơ chạy 12345", [("12345", 12345, None)]),
        ("số mới 4480 số cũ 4320", [("4480", 4480, "new"), ("4320", 4320, "old")]),
        ("so cu: 880, so moi: 1043", [("880", 880, "old"), ("1043", 1043, "new")]),
        ("đồng hồ nhảy từ 4320 đến 4480", [("4320", 4320, None), ("4480", 4480, None)]),
        ("công tơ giờ đang 3021 mà hóa đơn ghi 3201", [("3021", 3021, "new"), ("3201", 3201, None)]),
        ("số công tơ 20123456", []),
        ("đồng hồ số 204", []),
        ("công tơ nhà 350 số", []),
        ("chỉ số tháng 10", []),
        ("công tơ 3 pha", []),
        ("chỉ số 2 triệu", []),
        ("nhà 4521", []),
    ],
)
def test_meter_readings(typed, found):
    assert [(s.text, s.value.value, s.value.which) for s in find_meter_readings(typed)] == found
