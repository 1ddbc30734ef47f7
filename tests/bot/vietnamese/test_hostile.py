"""Whatever arrives: no exception, spans that fit, time that grows with the length."""

import unicodedata
from datetime import datetime
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.vietnamese as vietnamese
from tests.bot.vietnamese.growth import QUADRATIC_FROM, growth

NOW = datetime.fromisoformat("2026-11-23T20:30:00+07:00")
FINDERS = {
    "customer codes": vietnamese.find_customer_codes,
    "ticket codes": vietnamese.find_ticket_codes,
    "phones": vietnamese.find_phones,
    "dates": lambda text: vietnamese.find_dates(text, NOW),
    "times": lambda text: vietnamese.find_times(text, NOW),
    "names": vietnamese.find_names,
    "e-mails": vietnamese.find_emails,
    "money": vietnamese.find_money,
    "energy": vietnamese.find_kwh,
    "power": vietnamese.find_kw,
    "meter readings": vietnamese.find_meter_readings,
    "periods": lambda text: vietnamese.find_periods(text, NOW),
    "payment channels": vietnamese.find_payment_channels,
    "tariff groups": vietnamese.find_tariff_groups,
}
PIECES = [
    "pb04", "01", "0012345", "yc", "26481930", "0987", "000", "111", "+84", "từ", "7h", "đến", "17h", "sáng", "nay",
    "mai", "thứ 7", "tuần sau", "25/11", "ngày", "tháng", "2 tiếng", "rồi", "đường", "Trần", "Phú", "số", "p5", "q8",
    "phường", "xã", "Cái Khế", "Cần Thơ", "tp", "hcm", "hẻm", "tên", "là", "chị", "hoà", "qúa", "Ð", "😭", "\x00",
    "2tr", "3", "350", "số", "ký điện", "ba", "trăm", "rưỡi", "triệu", "ngàn", "1.200.000đ", "kWh", "ngựa", "chỉ số",
    "số cũ", "kỳ", "t10", "momo", "a@b.vn", "@", "sinh hoạt", "tiền", "đóng",
    "mùng 3", "Tết", "rằm", "âm", "không", "chín", "tám", "pê", "bê", "y", "xê",
    "\u0301", "\u200b", ",", ".", "-", "/", "\n", "1", "o", "9" * 20,
]  # fmt: skip
messages = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(messages)
def test_spans_fit_the_text_as_typed(text):
    for find in FINDERS.values():
        for span in find(text):
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end] == span.text
    since = vietnamese.find_since(text, NOW)
    assert since is None or (text[since.start : since.end] == since.text and since.value <= NOW)
    place = vietnamese.find_place(text)
    assert all(0 <= start < end <= len(text) for _, start, end in place.spans)
    assert not (place.ward and place.candidates)
    vietnamese.parse_last_three(text)
    vietnamese.province_of(text)
    vietnamese.wards_named(text)
    vietnamese.same_street(text, text)


@settings(max_examples=100, deadline=None)
@given(messages)
def test_decomposed_text_has_the_same_place(text):
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    first, second = vietnamese.find_place(composed), vietnamese.find_place(decomposed)
    assert (first.ward, first.province, first.candidates) == (second.ward, second.province, second.candidates)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        " ",
        "a",
        "0.",
        "1 ",
        "1/",
        "đường ",
        "7h-",
        "25/11 đến ",
        "Nguyễn Văn ",
        "tên là ",
        "p5 q8 ",
        "😭",
        "\x00",
        "\n",
        "từ ",
        "anh ",
        "hoà",
        "ế",
        "PB04 ",
        "0987000111 ",
        "hai ",
        "thứ 2 ",
        "1tr2 ",
        "triệu ",
        "ba trăm ",
        "350 số ",
        "1.000",
        "kỳ tháng 10 ",
        "a@",
        "a.b",
        "chỉ số 4521 ",
        "số cũ ",
        "trích nợ ",
        "cupdien",
        "ddieenj ",
        "a6",
        "mùng 3 Tết ",
        "rằm ",
        "không một ",
        "pê 01 ",
        "đóng ",
    ],
)
def test_reading_a_long_message_takes_as_much_longer_as_it_is_longer(piece):
    short, long = ("".join(islice(cycle(piece), length)) for length in (12_500, 50_000))
    assert growth(_read, short, long) < QUADRATIC_FROM


def _read(text: str) -> None:
    vietnamese.normalize(text)
    vietnamese.fold(text)
    vietnamese.speaks_of_bills(text)
    for find in FINDERS.values():
        find(text)
    vietnamese.find_since(text, NOW)
    vietnamese.find_place(text)
