"""Reports become incidents in the database, whatever way they come in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from care.wired import Care
from tests.care.conftest import Api, Clock
from tests.care.incidents.conftest import Callers, customer, phone


def test_three_customers_of_a_station_are_one_incident(callers: Callers, clock: Clock):
    first = callers.report("T11", 0)["code"]
    clock.passes(minutes=5)
    second = callers.report("T11", 1)["code"]
    assert callers.incident_of(first) is None
    clock.passes(minutes=5)
    third = callers.report("T11", 2)
    (incident,) = callers.incidents()
    assert {callers.incident_of(code) for code in (first, second, third["code"])} == {incident["code"]}
    assert third["incident"] == incident["code"]
    assert incident["stations"] == ["T11"]
    assert incident["wards"] == ["Cái Khế"]
    assert incident["area"] == "đường Trần Phú, Cái Khế, Cần Thơ"
    assert (incident["tickets"], incident["customers"]) == (3, 3)
    assert incident["starts_at"].startswith("2026-06-01T03:00")
    history = callers.api.get(f"/tickets/{first}").json["history"]
    assert (history[-1]["event"], history[-1]["note"]) == ("linked", incident["code"])


def test_a_customer_of_the_station_finds_the_incident(callers: Callers):
    incident = callers.three_at("T11")
    (found,) = callers.api.items("/outages", customer_code=customer("T11", 5), at="now")
    assert found["code"] == incident["code"]
    assert not callers.api.items("/outages", customer_code=customer("T12", 5), at="now")


def test_later_reports_join_the_open_incident(callers: Callers, clock: Clock):
    incident = callers.three_at("T11")["code"]
    clock.passes(hours=3)
    assert callers.report("T11", 4)["incident"] == incident


def test_three_stations_make_the_whole_feeder(callers: Callers):
    alone = callers.three_at("T11")["code"]
    callers.report("T12", 0)
    joined = callers.report("T13", 0)["incident"]
    assert joined == alone
    (incident,) = callers.incidents(open="true")
    assert incident["whole_feeder"]
    assert incident["stations"] == ["T11", "T12", "T13", "T14"]
    assert callers.report("T14", 0)["incident"] == alone
    assert callers.report("T21", 0)["incident"] is None


def test_incidents_of_stations_become_the_feeders(callers: Callers):
    first, second = callers.three_at("T11")["code"], callers.three_at("T12")["code"]
    callers.report("T13", 0)
    assert [one["code"] for one in callers.incidents(open="true")] == [first]
    ended = callers.api.get(f"/incidents/{second}").json
    assert (ended["status"], ended["merged_into"], ended["tickets"]) == ("cancelled", first, 0)
    assert len(callers.api.items("/tickets", incident=first)) == 7


def test_placed_by_phone_and_by_street(callers: Callers):
    callers.report("T11", 0)
    callers.report("T11", 1, customer_code=None, phone=phone("T11", 1))
    where = {"street": "99 tran phu", "ward": "phường cái khế", "province": "Cần Thơ"}
    ticket = callers.report("T11", 2, customer_code=None, address=where)
    assert ticket["incident"] is not None


def test_a_street_of_two_stations_places_nobody(callers: Callers):
    callers.three_at("T12")
    where = {"street": "99 Lê Lợi", "ward": "Cái Khế", "province": "Cần Thơ"}
    assert callers.report("T12", 5, customer_code=None, address=where)["incident"] is None


def test_one_person_by_code_and_by_phone_is_one(callers: Callers):
    callers.report("T11", 0)
    callers.report("T11", 1)
    callers.report("T11", 1, customer_code=None, phone=phone("T11", 1), conversation_id="another")
    assert callers.incidents() == []


def test_a_planned_outage_explains_its_own_reports(callers: Callers, clock: Clock):
    plan = {
        "kind": "planned",
        "status": "running",
        "area": "đường Trần Phú",
        "stations": ["T11"],
        "province": "Cần Thơ",
        "starts_at": "2026-06-01T09:00:00+07:00",
        "ends_at": "2026-06-01T12:00:00+07:00",
        "reason": "bảo trì",
    }
    assert callers.api.post("/outages", plan).status_code == 201
    for number in range(4):
        assert callers.report("T11", number)["incident"] is None


def test_an_incident_that_an_operator_recorded_is_joined(callers: Callers):
    recorded = {
        "kind": "incident",
        "status": "running",
        "area": "đường Trần Phú",
        "stations": ["T11"],
        "province": "Cần Thơ",
        "starts_at": "2026-06-01T09:00:00+07:00",
        "reason": "cây đổ vào đường dây",
    }
    code = callers.api.post("/outages", recorded).json["code"]
    assert callers.report("T11", 0)["incident"] == code
    (incident,) = callers.incidents()
    assert (incident["reason"], incident["held"]) == ("cây đổ vào đường dây", True)


def test_a_customer_code_learnt_later_places_the_report(callers: Callers):
    incident = callers.three_at("T11")["code"]
    late = callers.report("T11", 4, customer_code=None)
    assert late["incident"] is None
    learnt = callers.api.patch(f"/tickets/{late['code']}", {"customer_code": customer("T11", 4)})
    assert learnt.json["incident"] == incident


def test_a_better_code_takes_the_ticket_elsewhere(callers: Callers):
    one, other = callers.three_at("T11")["code"], callers.three_at("T21")["code"]
    ticket = callers.report("T11", 4)
    assert ticket["incident"] == one
    moved = callers.api.patch(f"/tickets/{ticket['code']}", {"customer_code": customer("T21", 4)}).json
    assert moved["incident"] == other
    assert [entry["event"] for entry in moved["history"]][-2:] == ["unlinked", "linked"]


def test_a_clock_that_jumps_loses_no_report(callers: Callers, clock: Clock):
    callers.report("T11", 0)
    clock.passes(minutes=-10)
    callers.report("T11", 1)
    clock.passes(minutes=12)
    assert callers.report("T11", 2)["incident"] is not None


def test_two_hundred_reports_at_once_are_exactly_one_incident(care: Care, network: str, callers: Callers):
    def report(number: int) -> int:
        body = {
            "service": "REPORT_OUTAGE",
            "channel": "zalo",
            "conversation_id": f"talk-{number}",
            "address": {"street": f"{number} Trần Phú", "ward": "Cái Khế", "province": "Cần Thơ"},
        }
        return int(Api(callers.api.client.application.test_client()).post("/tickets", body).status_code)

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(report, range(200))) == {201}
    (incident,) = callers.incidents()
    assert (incident["tickets"], incident["customers"]) == (200, 200)
    assert len(callers.api.items("/tickets", incident=incident["code"], limit=500)) == 200
