"""What may follow which in an outage's life, and that a refusal says what is allowed and changes nothing."""

from __future__ import annotations

from typing import get_args

import pytest

from care import outage_life
from care.errors import NotAllowed
from care.values import OutageStatus
from tests.care.conftest import Answer, Api

PLAN = {
    "kind": "planned",
    "area": "đường Trần Phú, phường Cái Khế",
    "wards": ["Cái Khế"],
    "province": "Cần Thơ",
    "starts_at": "2026-06-01T01:00:00Z",
    "ends_at": "2026-06-01T09:00:00Z",
    "reason": "bảo trì lưới điện",
}


def planned(api: Api, **changes: object) -> str:
    answer = api.post("/outages", PLAN | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json["code"])


def to(api: Api, code: str, status: str) -> Answer:
    return api.patch(f"/outages/{code}", {"status": status, "by": "Trực ban"})


def test_a_plan_walks_its_whole_life(api: Api):
    code = planned(api)
    for status in ("postponed", "approved", "running", "overrun", "running", "done", "overrun", "done"):
        assert to(api, code, status).json["status"] == status


@pytest.mark.parametrize(
    ("changes", "walked", "wanted", "allowed"),
    [
        ({}, ["done"], "approved", ["overrun"]),
        ({}, ["cancelled"], "running", ["approved", "postponed"]),
        ({"status": "running"}, [], "postponed", ["overrun", "done", "cancelled"]),
        ({"kind": "incident", "status": "running"}, ["done"], "running", []),
        ({"kind": "incident", "status": "running"}, ["cancelled"], "done", []),
    ],
)
def test_what_the_state_forbids_is_told_and_changes_nothing(
    api: Api, changes: dict[str, str], walked: list[str], wanted: str, allowed: list[str]
):
    code = planned(api, **changes)
    for status in walked:
        assert to(api, code, status).status_code == 200
    before = api.get(f"/outages/{code}").json
    refused = api.patch(f"/outages/{code}", {"status": wanted, "reason": "khác", "by": "Trực ban"})
    assert (refused.status_code, refused.json["current"], refused.json["allowed"]) == (409, before["status"], allowed)
    assert api.get(f"/outages/{code}").json == before


def test_the_same_status_again_is_no_change(api: Api):
    code = planned(api)
    to(api, code, "done")
    assert to(api, code, "done").status_code == 200


@pytest.mark.parametrize("kind", ["planned", "incident"])
def test_nothing_that_is_over_is_simply_on_again(kind: str):
    for over in ("done", "cancelled"):
        for status in get_args(OutageStatus):
            if status in ("running", "approved") and (kind, over) != ("planned", "cancelled"):
                with pytest.raises(NotAllowed):
                    outage_life.check(kind, over, status)  # type: ignore[arg-type]  # a kind
