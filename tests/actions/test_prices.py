"""Prices and estimates: every figure is care's; what is unconfirmed is not stated."""

import re
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from actions.appliances import Load, days_in, loads_in
from actions.estimating import kwh_for
from actions.words import VIETNAM
from tests.actions.conftest import NOW

ROOT = Path(__file__).resolve().parents[2]


def test_the_households_tiers_without_vat(chat):
    said = chat.say("giá điện sinh hoạt bao nhiêu", "ask_tariff")
    assert "• Bậc 1 (0–50 kWh): 1.984" in said
    assert "• Bậc 6 (từ 401 kWh): 3.460" in said
    assert "chưa gồm thuế GTGT 8 %" in said


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("bac 2 nhiu 1 ky", "Bậc 2 (51–100 kWh) giá 2.050".lower()),
        ("bậc cuối cùng giá bao nhiêu một số", "3.460 đ/kwh"),
        ("dien kinh doanh bao nhieu tien 1 kWh", "thấp điểm (22h–4h) 1.918"),
        ("giá điện sản xuất", "bình thường 1.987"),
        ("giá điện cho cơ quan hành chính", "2.226 đ/kwh"),
        ("giá bán buôn bao nhiêu", "chưa có xác nhận"),
        ("giá điện ngoài sinh hoạt là bao nhiêu", "hỏi giá nào"),
        ("gia dien ko phai sinh hoat", "hỏi giá nào"),
        ("giá ngoài sinh hoạt cho sản xuất", "bình thường 1.987"),
        ("giờ cao điểm mấy giờ", "9h30–11h30, 17h–20h"),
        ("ban đêm xài điện có rẻ hơn không", "sinh hoạt không tính theo giờ"),
        ("giá điện 5 bậc áp dụng chưa", "chưa tính trên hóa đơn"),
        ("thuế VAT tiền điện 8 hay 10 phần trăm", "8 %, áp dụng đến hết ngày 31/12/2026"),
        ("sv thue tro tinh gia bac may", "4 người được tính như một hộ"),
        ("điện mặt trời dư bán lại bao nhiêu", "chưa có con số chắc chắn"),
    ],
)
def test_what_was_asked_of_the_list(chat, words, part):
    assert part in chat.say(words, "ask_tariff").lower()


def test_the_other_groups_by_button(chat):
    chat.say("giá điện", "ask_tariff")
    assert "3.152" in chat.tap("Giá kinh doanh")


def test_a_rate_that_is_not_certain_is_not_stated(chat):
    chat.now = datetime(2027, 2, 1, tzinfo=VIETNAM)
    for words in ("thuế vat bao nhiêu", "giá điện"):
        said = chat.say(words, "ask_tariff")
        assert "8 %" not in said
        assert "10 %" not in said


def test_prices_are_told_inside_a_task(chat):
    chat.say("nhà em mất điện", "report_outage")
    assert "2.050" in chat.say("bậc 2 giá bao nhiêu", "ask_tariff")
    assert chat.task["name"] == "outage"


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("200 số hết nhiêu", ["200 kWh sinh hoạt", "474.876 đ", "50 × 1.984 + 50 × 2.050 + 100 × 2.380"]),
        ("250,5 kwh thì bao nhiêu tiền", ["250,5 kWh", "50,5 × 2.998"]),
        ("1.000 số kinh doanh bao nhiêu", ["1.000 kWh kinh doanh", "3.404.160 đ", "giờ bình thường"]),
        ("công tơ số cũ 1200 số mới 1385 thì trả bao nhiêu", ["185 kWh"]),
        ("300 số, 2 hộ dùng chung công tơ", ["100 × 1.984", "100 × 2.050", "100 × 2.380"]),
    ],
)
def test_a_bill_from_one_message(chat, words, parts):
    said = chat.say(words, "estimate_bill")
    for part in parts:
        assert part in said
    assert chat.task is None


def test_kwh_are_asked_for_and_read_bare(chat):
    assert "350 số" in chat.say("tính tiền điện giúp em", "estimate_bill")
    assert "474.876 đ" in chat.say("200", "out_of_scope", 0.3)


def test_a_number_nobody_can_read_is_asked_again(chat):
    chat.say("tính tiền điện giúp em", "estimate_bill")
    assert "chưa đọc được" in chat.say("hmm", "out_of_scope", 0.3)


@pytest.mark.parametrize("words", ["-5 kwh", "2.000.000 kwh"])
def test_an_impossible_number_is_said_and_asked_again(chat, words):
    chat.say("tính tiền điện", "estimate_bill")
    assert "không tính được" in chat.say(words)
    assert "474.876" in chat.say("200")


def test_nothing_used_costs_nothing(chat):
    assert "0 kWh sinh hoạt hết khoảng 0 đ" in chat.say("0 kwh hết bao nhiêu", "estimate_bill")


def test_tenants_are_asked_how_many(chat):
    chat.say("phòng trọ em dùng 73 số mà chủ trọ thu 300k đúng ra bao nhiêu", "estimate_bill")
    said = chat.tap("Không kê khai")
    assert "73 × 2.380" in said
    assert "Chủ trọ thu 300.000 đ là hơn" in said


def test_declared_tenants_share_a_household(chat):
    chat.say("sv thuê trọ 2 người dùng 50 số hết bao nhiêu", "estimate_bill")
    assert "25 × 1.984 + 25 × 2.050" in chat.heard[-1]


def test_an_appliance_by_its_label(chat):
    said = chat.say("tủ lạnh 150 W chạy cả ngày tốn bao nhiêu", "estimate_bill")
    assert "108 kWh" in said
    assert "231.414" in said
    assert "403.574" in said


def test_several_appliances(chat):
    said = chat.say("máy lạnh 1 ngựa 8 tiếng, 3 quạt 50W 10 tiếng một ngày tốn bao nhiêu", "estimate_bill")
    assert "• 1 máy 746 W, 8 tiếng/ngày: 179 kWh" in said
    assert "• 3 máy 50 W, 10 tiếng/ngày: 45 kWh" in said
    assert "Cộng 224 kWh" in said


def test_hours_and_power_are_asked_for(chat):
    assert "bao nhiêu W" in chat.say("bật điều hòa thì tháng hết mấy trăm", "estimate_bill")
    assert "mấy tiếng" in chat.say("1000W")
    assert "240 kWh" in chat.tap("8 tiếng")


def test_an_appliance_on_top_of_a_known_use(chat):
    said = chat.say("nhà đang dùng 200 số, thêm máy lạnh 1000W chạy 8 tiếng thì sao", "estimate_bill")
    assert "Nhà đang dùng 200 kWh thì tiền tăng khoảng" in said


def test_backwards_from_an_amount(chat):
    assert "khoảng 200 kWh" in chat.say("đóng 474.876đ là tương đương bao nhiêu ký điện", "estimate_bill")


def test_backwards_is_the_estimate_turned_round(care):
    prices = care.prices(NOW.date())
    for kwh in (0, 10, 50, 99, 200, 333, 401, 5000):
        assert kwh_for(care.estimate({"kwh": kwh}).total, prices) == pytest.approx(kwh, abs=0.01)


@pytest.mark.parametrize(
    ("text", "loads"),
    [
        ("tủ lạnh 150W chạy cả ngày", [Load(150, 1, 24)]),
        ("chạy 8 tiếng máy lạnh 1kW", [Load(1000, 1, 8)]),
        ("2 bóng 20 W 5h, bếp từ 2,2 kW 30 phút", [Load(20, 2, 5), Load(2200, 1, 0.5)]),
        ("máy bơm 750w", [Load(750)]),
        ("nhà 3 pha 220V", []),
    ],
)
def test_loads_in_words(text, loads):
    assert loads_in(text) == loads


def test_days_of_a_month():
    assert days_in("chạy 8 tiếng trong 20 ngày") == 20
    assert days_in("chạy 8 tiếng") == 30


def test_no_figure_of_the_rules_is_invented():
    facts = yaml.safe_load((ROOT / "care/catalogue/faq.yaml").read_text("utf-8"))["facts"]
    stated = " ".join(text for fact in facts if fact["confidence"] == "confirmed" for text in fact["facts"])
    replies = yaml.safe_load((ROOT / "data/responses/prices.yml").read_text("utf-8"))["replies"]
    for key in ("tariff.tenants", "tariff.five", "tariff.hours", "tariff.residential"):
        for figure in re.findall(r"\d[\d.,]*\d|\d", replies[key]["text"]):
            assert figure in stated, f"{key}: {figure}"
