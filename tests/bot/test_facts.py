"""Which finder wins: each character belongs to one fact, and a month is a bill's or the calendar's by what is meant."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.nlu.facts import VIETNAM, find_facts

NOW = datetime(2026, 11, 23, 9, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("tiền điện tháng 10 hết 1tr2", [("billing_period", "tháng 10", "2026-10"), ("money", "1tr2", "1200000")]),
        ("tháng 10 có cúp điện không", [("date", "tháng 10", "tháng 10")]),
        ("tháng này xài 350 số", [("billing_period", "tháng này", "2026-11"), ("energy_kwh", "350 số", "350")]),
        ("tháng này cúp hoài", [("date", "tháng này", "tháng này")]),
        ("chưa đóng t7", [("billing_period", "t7", "2026-07")]),
        ("t7 này có cúp không", [("date", "t7 này", "t7 này")]),
        ("đóng qua momo 850k", [("payment_channel", "momo", "momo"), ("money", "850k", "850000")]),
        (
            "chỉ số cũ 4320 mới 4480",
            [("meter_reading", "4320", "4320"), ("meter_reading", "4480", "4480")],
        ),
        ("lên 3 pha 15kW", [("power_kw", "15kW", "15 kW")]),
        ("giá sinh hoạt bậc 2", [("tariff_group", "sinh hoạt", "residential")]),
        ("xưởng ngưng sản xuất", []),
        ("gửi hóa đơn về An.Le@example.vn", [("email", "An.Le@example.vn", "an.le@example.vn")]),
        (
            "phiếu 26481930 đóng 0987000111",
            [("ticket_code", "26481930", "YC26481930"), ("phone_number", "0987000111", "0987000111")],
        ),
        ("số 350 Trần Phú", [("street_address", "số 350 Trần Phú", "số 350 Trần Phú")]),
    ],
)
def test_one_fact_for_each_word(text: str, facts: list[tuple[str, str, str]]) -> None:
    found = [(fact.entity, text[fact.start : fact.end], fact.value) for fact in find_facts(text, NOW)]

    assert sorted(found) == sorted(facts)
