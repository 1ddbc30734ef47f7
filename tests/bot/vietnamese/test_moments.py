"""Days, clock times and the moment an outage began, in a customer's words."""

from datetime import date, datetime, time
from itertools import pairwise

import pytest

from bot.vietnamese import find_dates, find_since, find_times, lunar

NOW = datetime.fromisoformat("2026-11-23T20:30:00+07:00")  # a Monday


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("hôm nay", [("hôm nay", "11-23", "11-23")]),
        ("sáng nay", [("nay", "11-23", "11-23")]),
        ("mai có cúp điện không", [("mai", "11-24", "11-24")]),
        ("chieu mai", [("mai", "11-24", "11-24")]),
        ("ngày mốt", [("ngày mốt", "11-25", "11-25")]),
        ("tối qua", [("qua", "11-22", "11-22")]),
        ("hom kia", [("hom kia", "11-21", "11-21")]),
        ("chủ nhật này", [("chủ nhật này", "11-29", "11-29")]),
        ("thứ 7 tuần sau", [("thứ 7 tuần sau", "12-05", "12-05")]),
        ("t7 nay", [("t7 nay", "11-28", "11-28")]),
        ("ngày 28/11", [("ngày 28/11", "11-28", "11-28")]),
        ("25/11/2026", [("25/11/2026", "11-25", "11-25")]),
        ("ngày 3 tháng sau", [("ngày 3 tháng sau", "12-03", "12-03")]),
        ("từ 25 đến 27/11", [("từ 25 đến 27/11", "11-25", "11-27")]),
        ("từ thứ 2 đến thứ 6", [("từ thứ 2 đến thứ 6", "11-23", "11-27")]),
        ("tuần này", [("tuần này", "11-23", "11-29")]),
        ("lịch cúp tháng 12", [("tháng 12", "12-01", "12-31")]),
        ("tiền điện tháng 12", []),
        ("bữa mốt", [("bữa mốt", "11-25", "11-25")]),
        ("tuần ni", [("tuần ni", "11-23", "11-29")]),
        ("mai linh taxi", [("mai", "11-24", "11-24")]),
        ("xuong mai nha", []),
        ("cuối tuần", [("cuối tuần", "11-28", "11-29")]),
        ("từ thứ bảy tới giờ", [("thứ bảy", "11-28", "11-28")]),
        ("thứ bảy tới", [("thứ bảy tới", "11-28", "11-28")]),
        ("hôm mùng 5", [("hôm mùng 5", "12-05", "12-05")]),
        ("tháng 9/2026", [("tháng 9/2026", "09-01", "09-30")]),
        ("đầu tuần sau", [("đầu tuần sau", "11-30", "12-01")]),
        ("cuối tháng", [("cuối tháng", "11-21", "11-30")]),
        ("thứ 7 tuần này", [("thứ 7 tuần này", "11-28", "11-28")]),
        ("25-27/11", [("25-27/11", "11-25", "11-27")]),
        ("24 tây", [("24 tây", "11-24", "11-24")]),
        ("tuần 50", [("tuần 50", "12-07", "12-13")]),
        ("trong tháng 12", [("tháng 12", "12-01", "12-31")]),
        ("tới nay", []),
        ("mấy bữa nay", []),
        ("cây mai trước nhà", []),
        ("chị Mai ở nhà", []),
        ("một lần", []),
        ("nhà số 25/11 Trần Phú", []),
        ("hẻm 12/3", []),
        ("99/99", []),
        ("31/2", []),
        ("mỗi ngày 3 lần", []),
        ("quá trời", []),
        ("tôi qua nhà", []),
    ],
)
def test_dates(typed, found):
    got = [(s.text, f"{s.value.first:%m-%d}", f"{s.value.last:%m-%d}") for s in find_dates(typed, NOW)]
    assert got == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mùng 3 Tết", ("mùng 3 Tết", date(2027, 2, 8))),
        ("mong mot tet", ("mong mot tet", date(2027, 2, 6))),
        ("29 Tết", ("29 Tết", date(2027, 2, 5))),
        ("30 tết", ("30 tết", date(2027, 2, 5))),
        ("28 Tết", ("28 Tết", date(2027, 2, 4))),
        ("mùng 1 Tết 2030", ("mùng 1 Tết 2030", date(2030, 2, 2))),
        ("30 Tết 2033", ("30 Tết 2033", date(2033, 1, 30))),
        ("đêm giao thừa", ("đêm giao thừa", date(2027, 2, 5))),
        ("tết dương lịch", ("tết dương lịch", date(2027, 1, 1))),
        ("rằm tháng giêng", ("rằm tháng giêng", date(2027, 2, 20))),
        ("rằm này", ("rằm này", date(2026, 11, 23))),
        ("23 tháng chạp", ("23 tháng chạp", date(2027, 1, 30))),
        ("15/8 âm lịch", ("15/8 âm lịch", date(2026, 9, 25))),
        ("mùng 10 âm", ("mùng 10 âm", date(2026, 11, 18))),
    ],
)
def test_days_of_the_moon(typed, found):
    (span,) = find_dates(f"hỏi {typed} có cúp không", NOW)
    assert (span.text, span.value.first) == found
    assert span.value.first == span.value.last


@pytest.mark.parametrize("typed", ["tiết kiệm điện", "ram máy tính", "31 Tết", "mùng 1 Tết 2050", "tét cửa"])
def test_no_days_of_the_moon(typed):
    assert find_dates(typed, NOW) == []


def test_tet_itself_is_a_range():
    (span,) = find_dates("tết này có cúp không", NOW)
    assert (span.value.first, span.value.last) == (date(2027, 2, 5), date(2027, 2, 10))
    (range_,) = find_dates("nghỉ từ 28 tết đến mùng 3 tết", NOW)
    assert (range_.value.first, range_.value.last) == (date(2027, 2, 4), date(2027, 2, 8))


def test_the_table_of_the_moon_fits_together():
    months = lunar._months()
    assert {month.length for month in months} == {29, 30}
    assert [month.first.year for month in months if month.number == 1] == list(range(2024, 2036))
    following = list(pairwise(months))
    assert all((after.number - before.number) % 12 in (0, 1) for before, after in following)
    assert sum(after.number == before.number for before, after in following) == 4  # leap months


@pytest.mark.parametrize(
    ("typed", "others"),
    [
        ("thứ 7", [date(2026, 11, 21)]),
        ("thứ 2", [date(2026, 11, 30)]),
        ("ngày 5", [date(2026, 11, 5)]),
        ("ngày 20", [date(2026, 12, 20)]),
        ("thứ 7 tuần này", []),
        ("ngày 5/12", []),
        ("mai", []),
    ],
)
def test_the_other_day_that_can_be_meant(typed, others):
    (span,) = find_dates(typed, NOW)
    assert [other.first for other in span.others] == others


@pytest.mark.parametrize(
    ("typed", "others"),
    [
        ("6 giờ", [(time(18), None)]),
        ("7g30", [(time(19, 30), None)]),
        ("từ 1 đến 5h", [(time(13), time(17))]),
        ("7 giờ sáng", []),
        ("07:30", []),
        ("19h", []),
        ("8h-12h", []),
    ],
)
def test_the_other_half_of_the_day(typed, others):
    (span,) = find_times(typed, NOW)
    assert [(other.start, other.end) for other in span.others] == others


def test_a_day_without_a_year_is_the_nearest():
    assert find_dates("ngày 3/1", NOW)[0].value.first == date(2027, 1, 3)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("7g30", [("7g30", time(7, 30), None)]),
        ("7h", [("7h", time(7), None)]),
        ("hồi 7 rưỡi", [("7 rưỡi", time(7, 30), None)]),
        ("7 giờ tối", [("7 giờ tối", time(19), None)]),
        ("bảy giờ sáng", [("bảy giờ sáng", time(7), None)]),
        ("12h đêm", [("12h đêm", time(0), None)]),
        ("8h kém 15", [("8h kém 15", time(7, 45), None)]),
        ("từ 7h đến 17h", [("từ 7h đến 17h", time(7), time(17))]),
        ("8h-12h", [("8h-12h", time(8), time(12))]),
        ("8h tới 12h", [("8h tới 12h", time(8), time(12))]),
        ("2 giờ chiều đến 5 giờ", [("2 giờ chiều đến 5 giờ", time(14), time(17))]),
        ("chiều tối nay", [("chiều tối", time(17), time(20))]),
        ("7 giờ kém 15", [("7 giờ kém 15", time(6, 45), None)]),
        ("từ 1 đến 5h chiều", [("từ 1 đến 5h chiều", time(13), time(17))]),
        ("chiều mai", [("chiều", time(13), time(18))]),
        ("buổi sáng", [("buổi sáng", time(6), time(11))]),
        ("tu 9h toi gio", [("9h", time(9), None)]),
        ("bây giờ", []),
        ("nhà sáng đèn rồi", []),
        ("đèn sáng trưng", []),
        ("mất 2h rồi", []),
        ("tôi nay", []),
        ("25:99", []),
    ],
)
def test_times(typed, found):
    assert [(s.text, s.value.start, s.value.end) for s in find_times(typed, NOW)] == found


@pytest.mark.parametrize(
    ("typed", "began"),
    [
        ("mất điện từ 7h sáng nay", "2026-11-23T07:00"),
        ("cúp từ 6 giờ tối qua", "2026-11-22T18:00"),
        ("mat dien tu 7g30", "2026-11-23T19:30"),
        ("2 tiếng rồi", "2026-11-23T18:30"),
        ("nửa tiếng nay", "2026-11-23T20:00"),
        ("tiếng rưỡi rồi", "2026-11-23T19:00"),
        ("mới mất 10 phút", "2026-11-23T20:20"),
        ("từ sáng tới giờ", "2026-11-23T06:00"),
        ("tối qua", "2026-11-22T18:00"),
        ("3 ngày nay", "2026-11-20T20:30"),
        ("nãy giờ", None),
        ("2 tiếng nữa có điện chưa", None),
        ("mai có cúp không", None),
        ("", None),
    ],
)
def test_since(typed, began):
    found = find_since(typed, NOW)
    assert (found.value.isoformat()[:16] if found else None) == began
    assert found is None or (found.value.tzinfo is not None and found.value <= NOW)
