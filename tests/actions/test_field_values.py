"""The values of catalogue fields as customers write them."""

import pytest

from actions.field_values import complete, read
from actions.field_words import shown
from actions.figures import amount
from actions.options import option_in
from actions.tasks import Field
from actions.words import words
from tests.actions.conftest import NOW

PHASES = {"one": "1 pha", "three": "3 pha", "unsure": "Chưa rõ"}
PURPOSES = {
    "residential": "Sinh hoạt",
    "business": "Kinh doanh, dịch vụ",
    "production": "Sản xuất",
    "administrative": "Cơ quan, trường học",
}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "1tr2", 1_200_000),
        ("money", "hết 850k", 850_000),
        ("money", "1.200.000đ", 1_200_000),
        ("kw", "5 kW", 5),
        ("kw", "5,5kw", 5.5),
        ("kw", "10 ngựa", 7.46),
        ("kwh", "350 số", 350),
        ("number", "8 sinh viên", 8),
        ("email", "gửi qua An.Nguyen@gmail.com nhé", "an.nguyen@gmail.com"),
        ("date", "ngày mai", "2026-11-24"),
        ("date", "1/12", "2026-12-01"),
        ("date_range", "từ 1/12 đến 15/12", {"from": "2026-12-01", "to": "2026-12-15"}),
        ("date_range", "từ 1/12 trong 2 tuần", {"from": "2026-12-01", "to": "2026-12-14"}),
        ("billing_period", "hóa đơn tháng trước", "2026-10"),
        ("billing_period", "T9", "2026-09"),
        ("billing_period", "tháng 12", "2025-12"),
        ("time", "3h chiều", "15:00"),
        ("money", "chưa biết", None),
        ("kw", "số nhà 5", None),
        ("number", "12 Trần Phú", None),
        ("meter_reading", "nhà 12345", None),
    ],
)
def test_values_are_read_wherever_they_stand(kind, text, value):
    assert read(kind, text, NOW, asked=False) == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("kw", "khoảng 7,5", 7.5), ("number", "tám người", 8), ("number", "12", 12), ("meter_reading", "04512", 4512)],
)
def test_a_bare_number_counts_when_it_was_asked_for(kind, text, value):
    assert read(kind, text, NOW, asked=True) == value


def test_days_are_whole_only_with_their_end():
    begun = read("date_range", "từ 1/12", NOW, asked=True)
    assert not complete("date_range", begun)
    whole = read("date_range", "đến 15/12", NOW, asked=True, before=begun)
    assert whole == {"from": "2026-12-01", "to": "2026-12-15"}
    assert complete("date_range", whole)


@pytest.mark.parametrize(
    ("text", "name", "labels", "asked", "value"),
    [
        ("từ 1 pha lên 3 pha", "phases", PHASES, False, "three"),
        ("3", "phases", PHASES, True, "three"),
        ("không phải 1 pha, 3 pha cơ", "phases", PHASES, True, "three"),
        ("ko biet nua", "phases", PHASES, True, "unsure"),
        ("ko biet nua", "phases", PHASES, False, None),
        ("1 pha hay 3 pha cũng được", "phases", PHASES, True, None),
        ("số 4", "purpose", PURPOSES, True, "administrative"),
        ("số 9", "purpose", PURPOSES, True, None),
        ("chuyển từ giá kinh doanh sang sinh hoạt", "new_purpose", PURPOSES, False, "residential"),
        ("có quán mà không kinh doanh, để ở thôi", "purpose", PURPOSES, True, "residential"),
        ("đúng rồi", "purpose", PURPOSES, True, None),
    ],
)
def test_options_in_words(text, name, labels, asked, value):
    assert option_in(text, name, labels, asked=asked) == value


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("money", 1_164_197, "1.164.197 đ"),
        ("kw", 5.5, "5,5 kW"),
        ("date", "2026-12-01", "1/12/2026"),
        ("date", "sớm nhất", "sớm nhất"),
        ("billing_period", "2026-10", "tháng 10/2026"),
        ("date_range", {"from": "2026-12-01", "to": "2026-12-15"}, "từ 1/12/2026 đến 15/12/2026"),
        ("date_range", {"from": "2026-12-01"}, "từ 1/12/2026"),
        ("time", "15:00", "15h"),
        ("time", "08:30", "8h30"),
        ("time", "chiều", "chiều"),
        ("number", 8, "8"),
        ("text", "", ""),
    ],
)
def test_values_are_written_as_customers_read_them(kind, value, said):
    assert shown(words(), Field("x", kind), value) == said


def test_points_between_thousands():
    assert amount(1234567.5) == "1.234.567,5"
