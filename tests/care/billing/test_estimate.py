"""What a bill comes to: the worked amounts, groups, periods, tenants, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from care.billing.estimate import estimate
from care.billing.quota import metered, month_share
from care.billing.shapes import EstimateAsked, EstimateGiven
from care.catalogue import load
from care.catalogue.tariffs import TariffFile
from tests.care.conftest import Answer, Api

WORKED = yaml.safe_load((Path(__file__).parent / "worked.yaml").read_text("utf8"))["worked"]
TARIFFS = load().tariffs
TODAY = date(2026, 11, 24)


def asked(**what: Any) -> EstimateGiven:
    return estimate(TARIFFS, EstimateAsked.model_validate({"tariff_group": "residential", **what}), TODAY)


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["id"])
def test_worked_amounts(api: Api, case: dict[str, Any]):
    answer = api.post("/bills/estimate", {"kwh": case["kwh"], "households": case["households"], "date": "2026-11-24"})
    assert answer.status_code == 200, answer.text
    told = {name: answer.json[name] for name in ("ex_vat", "vat", "total", "breakdown")}
    assert told == {name: case[name] for name in told}
    assert (answer.json["vat_percent"], answer.json["confirmed"]) == (8, True)


def test_undeclared_tenants_pay_the_third_tier():
    given = asked(kwh=120, tariff_group="tenants", declared=False)
    assert (given.ex_vat, given.vat, given.total) == (285_600, 22_848, 308_448)


def test_what_a_landlord_asks_too_much():
    assert asked(kwh=120, tariff_group="tenants", tenants=4, asked=480_000).overcharge == 210_756
    assert asked(kwh=120, tariff_group="tenants", tenants=4, asked=100_000).overcharge == 0


def test_a_meter_past_its_last_number():
    assert metered(99_850, 120, 5) == 270
    assert asked(readings={"old": 99_850, "new": 120}).total == 701_525


def test_tenants_count_by_persons_and_days():
    given = asked(kwh=60, tariff_group="tenants", tenants=[{"persons": 2, "days": 30}, {"persons": 1, "days": 15}])
    assert given.households == 0.625


@pytest.mark.parametrize(("tenants", "households"), [(1, 0.25), (2, 0.5), (3, 0.75), (4, 1.0), (5, 1.25)])
def test_tenants_are_quarters_of_households(tenants: int, households: float):
    assert asked(kwh=200, tariff_group="tenants", tenants=tenants).households == households


@pytest.mark.parametrize(
    ("what", "ex_vat"),
    [
        ({"tariff_group": "business", "kwh": 100}, 315_200),
        ({"tariff_group": "production", "kwh": 100}, 198_700),
        ({"tariff_group": "production", "kwh": 100, "voltage": "ge_110kV"}, 181_100),
        ({"tariff_group": "administrative", "kwh": 100}, 222_600),
        ({"tariff_group": "administrative.hospital_school", "kwh": 100, "voltage": "ge_6kV"}, 194_000),
        ({"tariff_group": "wholesale", "kwh": 60}, 50 * 1658 + 10 * 1724),
        ({"tariff_group": "wholesale.market", "kwh": 10}, 28_180),
        ({"tariff_group": "residential.prepaid", "kwh": 10}, 29_090),
        (
            {"tariff_group": "business", "kwh_by_time": {"normal": 10, "peak": 2, "off_peak": 5}},
            10 * 3152 + 2 * 5422 + 5 * 1918,
        ),
    ],
)
def test_every_kind_of_price(what: dict[str, Any], ex_vat: int):
    assert asked(**what).ex_vat == ex_vat


def test_every_group_of_the_catalogue_can_be_estimated():
    for group in TARIFFS.lists[-1].groups:
        for voltage in group.voltages or [None]:
            given = asked(kwh=1_000, tariff_group=group.id, voltage=voltage)
            assert given.total > 1_000_000
            assert given.confirmed == (group.confidence == "confirmed")


def test_vat_goes_by_the_day_and_its_doubt_is_told():
    assert asked(kwh=200, date="2026-12-31").vat_percent == 8
    later = asked(kwh=200, date="2027-01-01")
    assert (later.vat_percent, later.confirmed, later.unconfirmed) == (10, False, ["vat"])


def test_a_part_of_a_month_has_its_part_of_the_limits():
    """15 days by the 31 of October, the month before the reading on November 16."""
    half = asked(kwh=62, period={"from": "2026-11-01", "to": "2026-11-15"})
    tier = 50 * 15 / 31
    assert half.breakdown == [
        (pytest.approx(tier), 1984),
        (pytest.approx(tier), 2050),
        (pytest.approx(62 - 2 * tier), 2380),
    ]
    assert (half.confirmed, half.unconfirmed) == (False, ["period"])


def test_a_whole_month_is_whole():
    for first, last in (("2026-11-01", "2026-11-30"), ("2026-02-01", "2026-02-28"), ("2026-10-06", "2026-11-05")):
        assert asked(kwh=270, period={"from": first, "to": last}).total == 701_525
    assert month_share(date(2026, 11, 1), date(2026, 11, 30)) == 1


def test_a_change_of_prices_splits_the_use_by_days():
    """30 days of November, the new list from the 11th: a third of use and limits at the old prices."""
    tree = TARIFFS.model_dump(by_alias=True)
    new = {**tree["lists"][0], "decision": "mới", "from": date(2026, 11, 11)}
    new["groups"] = [{**group} for group in new["groups"]]
    new["groups"][0]["tiers"] = [2_000, 2_100, 2_400, 3_000, 3_400, 3_500]
    tree["lists"] = [tree["lists"][0], new]
    wanted = EstimateAsked.model_validate({"kwh": 90, "period": {"from": "2026-11-01", "to": "2026-11-30"}})
    given = estimate(TariffFile.model_validate(tree), wanted, TODAY)
    thirds = 50 / 3
    assert given.ex_vat == round(thirds * 1984 + (30 - thirds) * 2050 + 2 * thirds * 2000 + (60 - 2 * thirds) * 2100)
    assert given.decision == "mới"


@pytest.mark.parametrize(
    "bad",
    [
        {"kwh": -1},
        {"kwh": 1e9},
        {"kwh": 1_000_001},
        {"kwh": "abc"},
        {"kwh": None},
        {"kwh": True},
        {},
        {"kwh": 10, "tariff_group": "steel"},
        {"kwh": 10, "tariff_group": "production", "voltage": "1kV"},
        {"kwh": 10, "households": 0},
        {"kwh": 10, "households": 1, "tenants": 4},
        {"kwh": 10, "tariff_group": "tenants"},
        {"kwh": 10, "period": {"from": "2026-11-30", "to": "2026-11-01"}},
        {"kwh": 10, "period": {"from": "2026-02-30", "to": "2026-03-01"}},
        {"kwh": 10, "period": {"from": "2025-05-01", "to": "2025-05-31"}},
        {"kwh": 10, "date": "2019-01-01"},
        {"kwh": 10, "kwh_by_time": {"normal": 5}},
        {"kwh_by_time": {"normal": 5, "peak": 5}},
        {"tariff_group": "administrative", "kwh_by_time": {"peak": 5}},
        {"readings": {"old": 123_456, "new": 1}},
        {"readings": {"old": 1, "new": 2}, "kwh": 1},
    ],
    ids=str,
)
def test_what_no_bill_can_be_made_of(api: Api, bad: dict[str, Any]):
    answer: Answer = api.post("/bills/estimate", bad)
    assert answer.status_code == 422, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["errors"]


def test_not_a_number_is_refused(api: Api):
    for text in ("NaN", "Infinity", "-Infinity", "1e400"):
        body = f'{{"kwh": {text}}}'
        answer = api.client.post(
            "/api/v1/bills/estimate", data=body, headers=api.headers, content_type="application/json"
        )
        assert answer.status_code in (400, 422), answer.text


def test_fractions_are_allowed():
    given = asked(kwh=0.5)
    assert (given.ex_vat, given.vat, given.total) == (992, 79, 1071)


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_more_use_costs_more(one: int, other: int):
    small, large = sorted((one, other))
    assert asked(kwh=small).total <= asked(kwh=large).total


@given(st.floats(0, 1_000_000, allow_nan=False), st.floats(0.25, 50))
def test_the_breakdown_is_the_whole_use(kwh: float, households: float):
    given = asked(kwh=kwh, households=households)
    assert sum(part for part, _ in given.breakdown) == pytest.approx(kwh)
    assert given.total == given.ex_vat + given.vat


def test_prices_are_served_with_their_decision(api: Api):
    told = api.get("/tariffs").json
    assert told["lists"][0]["decision"].startswith("QĐ 1279")
    assert told["vat"][1]["confidence"] == "unconfirmed"
    assert told["lists"][0]["from"] == "2025-05-10"
