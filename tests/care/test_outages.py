"""Outages: planned, changed, moved on by the clock, found by code, ward, street and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from care import Care, advance_outages
from tests.care.conftest import Api, Clock

PLAN: dict[str, Any] = {
    "kind": "planned",
    "status": "approved",
    "area": "đường Trần Phú, phường Cái Khế, Cần Thơ",
    "stations": [],
    "wards": ["Cái Khế"],
    "province": "Cần Thơ",
    "starts_at": "2026-06-01T01:00:00Z",
    "ends_at": "2026-06-01T09:00:00Z",
    "reason": "bảo trì",
    "centre": "EVNSPC",
}
CUSTOMER = "PB1101AB0000001"[:6] + "0000001"


@pytest.fixture
def plan(api: Api) -> Callable[..., dict[str, Any]]:
    def make(**changes: Any) -> dict[str, Any]:
        answer = api.post("/outages", PLAN | changes)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json
        return made

    return make


@pytest.fixture
def customer(session: Session) -> str:
    """A customer at station T1 in Cái Khế, on Trần Phú."""
    session.execute(text("INSERT INTO care.feeder VALUES ('F1', 'lộ 471', 'Cần Thơ', 'EVNSPC')"))
    session.execute(text("INSERT INTO care.station VALUES ('T1','Trạm 1','F1','Phường Cái Khế','Cần Thơ','EVNSPC')"))
    session.execute(
        text(
            "INSERT INTO care.customer VALUES (:code, 'Khách Thử', '{0900000001}', '12 Trần Phú', '12 Trần Phú',"
            " 'Phường Cái Khế', 'Cần Thơ', 'residential', 1, 'T1', 'F1', 'EVNSPC')"
        ),
        {"code": CUSTOMER},
    )
    session.commit()
    return CUSTOMER


def test_a_plan_is_taken_as_it_is(api: Api) -> None:
    answer = api.post("/outages", PLAN)
    assert answer.status_code == 201
    assert {name: answer.json[name] for name in PLAN} == PLAN
    assert api.get(f"/outages/{answer.json['code']}").json == answer.json


@pytest.mark.parametrize("ward", ["Cái Khế", "phường Cái Khế", "Phuong Cai Khe", "P. CÁI KHẾ", "xã cai khe"])
def test_found_by_ward_with_or_without_type_word_and_accents(api: Api, plan: Any, ward: str) -> None:
    made = plan()
    found = api.items("/outages", ward=ward, province="can tho", from_="2026-06-01")
    assert [(one["code"], one["match"]) for one in found] == [(made["code"], "ward")]
    assert api.items("/outages", ward=ward, province="Hà Nội") == []


@pytest.mark.parametrize(
    ("street", "match"),
    [("Trần Phú", "street"), ("15/2 đ. tran phu", "street"), ("hẻm 5 Trần Phú", "street"), ("Lê Lợi", "ward")],
)
def test_says_whether_street_or_ward_matched(api: Api, plan: Any, street: str, match: str) -> None:
    plan()
    found = api.items("/outages", ward="Cái Khế", province="Cần Thơ", street=street)
    assert [one["match"] for one in found] == [match]


def test_a_street_of_the_same_name_in_another_ward_is_not_meant(api: Api, plan: Any) -> None:
    plan()
    assert api.items("/outages", ward="An Bình", province="Cần Thơ", street="Trần Phú") == []
    plan(wards=[])
    found = api.items("/outages", ward="An Bình", province="Cần Thơ", street="Trần Phú")
    assert [one["match"] for one in found] == ["street"]


def test_a_customers_station_is_the_surest_match(api: Api, plan: Any, customer: str) -> None:
    plan(stations=["T1"], area="khu vực trạm 1")
    plan(stations=["T2"])
    plan()
    plan(area="đường Lê Lợi")
    found = api.items("/outages", customer_code=customer, at="now")
    assert [one["match"] for one in found] == ["customer_code", "street", "ward"]
    assert api.items("/outages", customer_code="PB11XX0000009") == []


def test_at_a_moment_only_what_is_felt_then(api: Api, plan: Any) -> None:
    running = plan()
    plan(status="cancelled")
    plan(starts_at="2026-06-01T04:00:00Z")
    overdue = plan(kind="incident", status="running", starts_at="2026-05-31T00:00:00Z", ends_at="2026-05-31T01:00:00Z")
    endless = plan(kind="incident", status="running", ends_at=None)
    found = api.items("/outages", ward="Cái Khế", province="Cần Thơ", at="now")
    assert {one["code"] for one in found} == {running["code"], overdue["code"], endless["code"]}
    assert len(api.items("/outages", at="2026-06-01T12:00:00 07:00")) == 4


def test_by_kind_status_station_and_period(api: Api, plan: Any) -> None:
    one = plan(stations=["T9"])
    plan(kind="incident", status="running")
    assert [o["code"] for o in api.items("/outages", kind="planned")] == [one["code"]]
    assert [o["code"] for o in api.items("/outages", station="T9", status="approved")] == [one["code"]]
    assert len(api.items("/outages", province="Cần Thơ", from_="2026-06-01", to="2026-06-01")) == 2
    assert [o["kind"] for o in api.items("/outages", from_="2026-06-02")] == ["incident"]


def test_pages_go_on_where_the_last_ended(api: Api, plan: Any) -> None:
    made = [plan(starts_at=f"2026-06-01T0{n // 2}:00:00Z")["code"] for n in range(5)]
    first = api.get("/outages", limit=3).json
    rest = api.get("/outages", limit=3, cursor=first["next"]).json
    assert [o["code"] for o in first["items"] + rest["items"]] == made
    assert rest["next"] is None


BAD_CHANGES: list[dict[str, object]] = [
    {"ends_at": "2026-06-01T00:00:00Z"},
    {"ends_at": PLAN["starts_at"]},
    {"ends_at": None},
    {"starts_at": "2026-02-30T00:00:00Z"},
    {"starts_at": "0001-01-01T00:00:00Z"},
    {"starts_at": 1e18},
    {"province": "Atlantis"},
    {"wards": "Cái Khế"},
    {"status": "new"},
    {"area": "\x00"},
    {"kind": None},
    {"centre": "EVN"},
]


def test_a_bad_plan_is_refused(api: Api) -> None:
    for change in BAD_CHANGES:
        answer = api.post("/outages", PLAN | change)
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json"), change
    assert api.items("/outages") == []


def test_a_changed_plan_keeps_what_happened(api: Api, plan: Any, session: Session) -> None:
    code = plan()["code"]
    changed = api.patch(f"/outages/{code}", {"status": "postponed", "wards": ["An Bình"], "note": "mưa bão"})
    assert (changed.status_code, changed.json["status"]) == (200, "postponed")
    assert [o["code"] for o in api.items("/outages", ward="an binh", province="Cần Thơ")] == [code]
    assert api.patch(f"/outages/{code}", {"ends_at": "2026-05-01T00:00:00Z"}).status_code == 422
    events = session.execute(text("SELECT event, note FROM care.outage_event ORDER BY id")).all()
    assert [tuple(e) for e in events] == [("approved", None), ("postponed", "mưa bão; status, wards")]


def test_the_clock_moves_plans_and_leaves_incidents_to_people(api: Api, plan: Any, care: Care, clock: Clock) -> None:
    planned, cut = plan()["code"], plan(kind="incident", status="running")["code"]
    assert advance_outages(care) == 1
    assert api.get(f"/outages/{planned}").json["status"] == "running"
    clock.passes(hours=12)
    assert advance_outages(care) == 2
    assert api.get(f"/outages/{planned}").json["status"] == "done"
    assert api.get(f"/outages/{cut}").json["status"] == "overrun"
    assert advance_outages(care) == 0
