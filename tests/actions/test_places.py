"""Places that need more than one question: never guessed, never asked for ever."""

import pytest

from actions.phrases import choose_exactly
from actions.place import Where, hear_place


def at(street=None, **more):
    return Where(street=street, ward="Phường Bến Thành", province="Thành phố Hồ Chí Minh", **more)


@pytest.mark.parametrize(
    ("said", "street"),
    [
        ("sai rồi, số nhà 15 mới đúng", "15 le loi"),
        ("à nhầm, số 15", "15 le loi"),
        ("không phải số 12, số 15 mới đúng", "15 le loi"),
        ("không phải vậy, hẻm 21 đường Lê Lai mới đúng", "hẻm 21 đường Lê Lai"),
    ],
)
def test_a_correction_says_only_what_is_right(said, street):
    assert hear_place(at("12 le loi"), said).street == street


def test_the_province_decides_among_wards_of_one_name():
    where = hear_place(Where(), "xã Tân Thành")
    assert len(where.candidates) > 5
    there = hear_place(where, "Cà Mau")
    assert there.province == "Cà Mau"
    assert all(province == "Cà Mau" for _, province in there.candidates)
    assert there.ward or there.candidates


def test_an_old_district_told_before_counts_for_the_ward():
    where = hear_place(Where(), "khu tôi ở quận 8")
    told = hear_place(where, "phường 5")
    assert 1 < len(told.candidates) <= 5 or told.ward
    assert {province for _, province in told.candidates} <= {"Thành phố Hồ Chí Minh"}


def test_a_question_about_the_place_ends(chat):
    chat.say("mất điện", "report_outage")
    said = [chat.say(text, "inform", 0.9) for text in ("xã Tân Thành", "không rõ tỉnh nào", "ở quê", "dưới quê á")]
    assert "tỉnh" in said[0]
    assert "từ lúc nào" in said[-1]


@pytest.mark.parametrize("said", ["đồng hồ điện nhà tôi chạy nhanh", "dong ho dien chay nhanh qua"])
def test_a_meter_is_no_leak(said):
    assert choose_exactly("hazard", said) is None


def test_a_leak_is(chat):
    assert choose_exactly("hazard", "tủ lạnh hở điện") == "yes"


def test_other_days_for_the_same_place(chat):
    first = chat.say("mai phường Bến Thành TP.HCM có cúp điện không", "ask_planned_outage")
    then = chat.say("tuần này thì sao", "out_of_scope", 0.2)
    assert "Bến Thành" in first
    assert "Bến Thành" in then
    assert first != then


def test_another_alley_keeps_its_street():
    where = hear_place(at("hẻm 212 đường Bùi Minh Trực"), "sai rồi, hẻm 21 mới đúng")
    assert where.street == "hẻm 21 đường Bùi Minh Trực"


def test_an_unresolved_ward_shows_the_district_told():
    where = Where(ward_text="phường 5", district_text="quận 8", province="Thành phố Hồ Chí Minh", loose=True)
    assert where.label == "phường 5, quận 8, Thành phố Hồ Chí Minh"


def test_a_place_with_the_word_for_no_power_is_a_report(chat):
    assert "từ lúc nào" in chat.say("hẻm 12 Lê Lợi phường Bến Thành TP.HCM cúp điện rồi", "inform", 0.6)
