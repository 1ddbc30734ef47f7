"""An operator merges, splits and opens incidents again."""

from __future__ import annotations

from tests.care.conftest import Clock
from tests.care.incidents.conftest import Callers


def whole_feeder(callers: Callers) -> str:
    code: str = callers.three_at("T11")["code"]
    callers.report("T12", 0)
    callers.report("T13", 0)
    return code


def test_merge(callers: Callers):
    one, other = callers.three_at("T11")["code"], callers.three_at("T21")["code"]
    callers.api.patch(f"/outages/{one}", {"ends_at": "2026-06-01T15:30:00+07:00"})
    merged = callers.api.post(f"/incidents/{one}/merge", {"other": other, "by": "Trực ban", "note": "cùng lộ"})
    assert merged.status_code == 200, merged.text
    assert (merged.json["stations"], merged.json["tickets"], merged.json["held"]) == (["T11", "T21"], 6, True)
    ended = callers.api.get(f"/incidents/{other}").json
    assert (ended["status"], ended["merged_into"]) == ("cancelled", one)
    assert ended["history"][-1]["note"] == f"into {one}; cùng lộ"
    assert len(callers.notices(one)) == 6


def test_merge_refuses_itself_the_unknown_and_what_is_over(callers: Callers):
    one, other = callers.three_at("T11")["code"], callers.three_at("T21")["code"]
    assert callers.api.post(f"/incidents/{one}/merge", {"other": one}).status_code == 422
    assert callers.api.post(f"/incidents/{one}/merge", {"other": "MD00000000"}).status_code == 404
    callers.api.patch(f"/outages/{other}", {"status": "done"})
    refused = callers.api.post(f"/incidents/{one}/merge", {"other": other})
    assert (refused.status_code, refused.json["current"]) == (409, "done")


def test_split_takes_the_reports_of_its_stations_and_stays_split(callers: Callers):
    code = whole_feeder(callers)
    new = callers.api.post(f"/incidents/{code}/split", {"stations": ["T12", "T14"]})
    assert new.status_code == 200, new.text
    assert (new.json["stations"], new.json["tickets"]) == (["T12", "T14"], 1)
    assert callers.api.get(f"/incidents/{code}").json["stations"] == ["T11", "T13"]
    assert callers.report("T14", 3)["incident"] == new.json["code"]
    assert callers.report("T13", 3)["incident"] == code
    assert len(callers.incidents(open="true")) == 2


def test_split_wants_some_but_not_all_of_its_own_stations(callers: Callers):
    code = whole_feeder(callers)
    for stations in (["T11", "T12", "T13", "T14"], ["T21"], []):
        assert callers.api.post(f"/incidents/{code}/split", {"stations": stations}).status_code == 422


def test_reopen(callers: Callers, clock: Clock):
    before = callers.three_at("T11")
    refused = callers.api.post(f"/incidents/{before['code']}/reopen", {})
    assert refused.status_code == 409
    assert refused.json["detail"] == "An incident that is running cannot become running."
    callers.api.patch(f"/outages/{before['code']}", {"status": "done"})
    clock.passes(minutes=3)
    again = callers.api.post(f"/incidents/{before['code']}/reopen", {"by": "Trực ban"}).json
    assert (again["status"], again["ends_at"], again["starts_at"]) == ("running", None, before["starts_at"])


def test_filters(callers: Callers):
    code = whole_feeder(callers)
    callers.three_at("T21")
    assert [one["code"] for one in callers.incidents(feeder="XT1")] == [code]
    assert [one["code"] for one in callers.incidents(station="T14")] == [code]
    assert len(callers.incidents(province="can tho")) == 2
    assert callers.incidents(open="false") == []
    first = callers.api.get("/incidents", limit=1).json
    second = callers.api.get("/incidents", limit=1, cursor=first["next"]).json
    assert first["items"][0]["code"] != second["items"][0]["code"] == code
