"""Tickets: filed once, routed, dated, moved, changed, found again."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask

from care.filing import file_ticket
from care.idempotency import Call, forget_old_calls
from care.shapes import TicketReport
from care.wired import Care
from tests.care.conftest import REPORT, Api, Clock

FIELDS = {
    "code",
    "service",
    "priority",
    "status",
    "channel",
    "conversation_id",
    "customer_code",
    "contact_name",
    "phone",
    "address",
    "description",
    "centre",
    "incident",
    "created_at",
    "due_at",
    "history",
}


def test_a_filed_ticket_has_its_shape_its_centre_and_its_time(api: Api) -> None:
    ticket = api.filed()

    assert set(ticket) >= FIELDS
    assert (ticket["status"], ticket["centre"], ticket["priority"]) == ("new", "EVNHANOI", "P1")
    assert ticket["created_at"] == "2026-06-01T03:00:00Z"
    assert ticket["due_at"] == "2026-06-01T05:00:00Z"
    assert ticket["incident"] is None
    assert [entry["event"] for entry in ticket["history"]] == ["new"]
    assert api.get(f"/tickets/{ticket['code']}").json == ticket


def test_twelve_posts_at_once_with_one_key_are_one_ticket(app: APIFlask) -> None:
    def file(_: int) -> tuple[int, bytes]:
        answer = Api(app.test_client()).post("/tickets", REPORT, key="k-1")
        return answer.status_code, answer.data

    with ThreadPoolExecutor(12) as callers:
        answers = set(callers.map(file, range(12)))

    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert len(Api(app.test_client()).items("/tickets")) == 1


def test_a_replay_is_the_first_answer_even_after_the_ticket_moved_on(api: Api) -> None:
    first = api.post("/tickets", REPORT, key="k-2")
    api.post(f"/tickets/{first.json['code']}/transitions", {"to": "accepted"})

    again = api.post("/tickets", dict(reversed(REPORT.items())), key="k-2")

    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_answers_are_kept_a_month_and_those_of_the_portal_for_ever(care: Care, api: Api, clock: Clock) -> None:
    first = api.post("/tickets", REPORT, key="a").json
    report = TicketReport.model_validate(REPORT | {"channel": "portal", "phone": "0900000777"})
    file_ticket(care, report, Call("portal", "000.1", report.model_dump(mode="json")))
    clock.passes(days=29)
    assert forget_old_calls(care) == 0
    assert api.post("/tickets", REPORT, key="a").json == first
    clock.passes(days=2)
    assert [forget_old_calls(care), forget_old_calls(care)] == [1, 0]
    again = file_ticket(care, report, Call("portal", "000.1", report.model_dump(mode="json")))
    assert again.replayed


def test_a_key_with_another_body_is_refused(api: Api) -> None:
    api.post("/tickets", REPORT, key="k-3")

    answer = api.post("/tickets", REPORT | {"description": "khác"}, key="k-3")

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_a_refused_post_leaves_its_key_unused(api: Api) -> None:
    assert api.post("/tickets", REPORT | {"service": "NOPE"}, key="k-4").status_code == 422
    assert api.post("/tickets", REPORT, key="k-4").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "khóa", "a b"])
def test_a_strange_key_is_refused(api: Api, key: str) -> None:
    headers = api.headers | {"Idempotency-Key": key.encode().decode("latin1")}
    assert api.client.post("/api/v1/tickets", json=REPORT, headers=headers).status_code == 422


def test_the_same_customers_repeat_of_an_open_fault_is_the_old_ticket(api: Api) -> None:
    code = "PD0100A0012345"[:13]
    first = api.filed(customer_code=code, phone="0900000222")

    again = api.post("/tickets", REPORT | {"customer_code": code, "phone": None, "address": None})

    assert (again.status_code, again.json["code"]) == (200, first["code"])
    assert [entry["event"] for entry in again.json["history"]] == ["new", "repeated"]


@pytest.mark.parametrize(
    ("second", "status"),
    [
        ({}, 200),
        ({"address": {"street": "5 trần phú", "ward": "Phường Ba Đình", "province": "Hà Nội"}}, 200),
        ({"address": {"street": "số 9 Trần Phú", "ward": "Ba Đình", "province": "Hà Nội"}}, 201),
        ({"service": "REPORT_HAZARD"}, 201),
        ({"phone": "0900000999"}, 201),
        ({"service": "CALLBACK"}, 201),
    ],
)
def test_same_person_same_place_same_fault_is_one_ticket(api: Api, second: dict[str, object], status: int) -> None:
    api.filed()
    assert api.post("/tickets", REPORT | second).status_code == status


def test_a_new_fault_after_the_end_of_the_old_one_is_a_new_ticket(api: Api) -> None:
    first = api.filed()
    api.post(f"/tickets/{first['code']}/transitions", {"to": "cancelled"})
    assert api.filed()["code"] != first["code"]


def test_one_customers_reports_at_once_are_one_ticket(app: APIFlask) -> None:
    def file(number: int) -> str:
        body = REPORT | {"conversation_id": "77", "phone": f"090000010{number}"}
        code: str = Api(app.test_client()).post("/tickets", body).json["code"]
        return code

    with ThreadPoolExecutor(8) as callers:
        assert len(set(callers.map(file, range(8)))) == 1


def test_walks_its_states_and_says_what_is_allowed(api: Api) -> None:
    code = api.filed()["code"]
    for to in ("accepted", "in_progress", "done"):
        assert api.post(f"/tickets/{code}/transitions", {"to": to, "by": "an"}).status_code == 200

    refused = api.post(f"/tickets/{code}/transitions", {"to": "new"})

    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    assert json.loads(refused.data)["allowed"] == ["accepted"]
    history = api.get(f"/tickets/{code}").json["history"]
    assert [(entry["event"], entry["by"]) for entry in history][1:] == [
        ("accepted", "an"),
        ("in_progress", "an"),
        ("done", "an"),
    ]


def test_reopens_within_seven_days_only(api: Api, clock: Clock) -> None:
    code = api.filed()["code"]
    for to in ("accepted", "done"):
        api.post(f"/tickets/{code}/transitions", {"to": to})
    clock.passes(days=7)
    assert api.post(f"/tickets/{code}/transitions", {"to": "accepted"}).status_code == 200
    api.post(f"/tickets/{code}/transitions", {"to": "done"})
    clock.passes(days=7, seconds=1)
    assert api.post(f"/tickets/{code}/transitions", {"to": "accepted"}).status_code == 409


def test_two_moves_at_once_are_one_move(app: APIFlask) -> None:
    code = Api(app.test_client()).filed()["code"]

    def accept(_: int) -> int:
        status: int = Api(app.test_client()).post(f"/tickets/{code}/transitions", {"to": "accepted"}).status_code
        return status

    with ThreadPoolExecutor(4) as callers:
        assert sorted(callers.map(accept, range(4))) == [200, 409, 409, 409]


def test_facts_learnt_later_stay_in_the_history_and_route_again(api: Api) -> None:
    code = api.filed(address=None, phone=None)["code"]
    assert api.get(f"/tickets/{code}").json["centre"] == "EVNNPC"

    changed = api.patch(f"/tickets/{code}", {"phone": "+84 900 000 333", "address": {"province": "Cần Thơ"}}).json

    assert (changed["phone"], changed["centre"]) == ("0900000333", "EVNSPC")
    assert changed["history"][1]["event"] == "changed"
    assert "– → 0900000333" in changed["history"][1]["note"]
    assert changed["history"][2]["event"] == "routed"
    merged = api.patch(f"/tickets/{code}", {"address": {"ward": "Cái Khế"}, "by": "an"}).json
    assert (merged["address"]["province"], merged["address"]["ward"]) == ("Cần Thơ", "Cái Khế")
    assert api.patch(f"/tickets/{code}", {}).json == merged


@pytest.mark.parametrize(
    ("text", "parts", "centre"),
    [
        ("5 Trần Phú, phường Ba Đình, Hà Nội", ("5 Trần Phú", "Phường Ba Đình", "Hà Nội"), "EVNHANOI"),
        ("12 le loi, p ben thanh, tphcm", ("12 le loi", "Phường Bến Thành", "Thành phố Hồ Chí Minh"), "EVNHCMC"),
        # An old ward that became several of today stays as it was typed.
        ("phường 6, tphcm", (None, "phường 6", "Thành phố Hồ Chí Minh"), "EVNHCMC"),
        ("gần cây xăng", (None, None, None), "EVNNPC"),
    ],
)
def test_an_address_in_one_piece_is_read_and_routed(
    api: Api, text: str, parts: tuple[str | None, ...], centre: str
) -> None:
    ticket = api.filed(address={"text": text})
    place = ticket["address"]
    assert ((place["street"], place["ward"], place["province"]), place["text"]) == (parts, text)
    assert ticket["centre"] == centre


def test_an_address_in_one_piece_and_in_parts_is_one_place(api: Api) -> None:
    code = api.filed()["code"]
    same = api.post("/tickets", REPORT | {"address": {"text": "5 trần phú phường Ba Đình, Hà Nội"}})
    assert (same.status_code, same.json["code"]) == (200, code)
    learnt = api.patch(f"/tickets/{code}", {"address": {"text": "7 Lê Lợi, phường Cái Khế, Cần Thơ"}}).json
    assert (learnt["address"]["ward"], learnt["centre"]) == ("Phường Cái Khế", "EVNSPC")


def test_filters_find_it_and_pages_go_on(api: Api, clock: Clock) -> None:
    codes = [api.filed(phone=f"090000020{n}", conversation_id=str(n))["code"] for n in range(5)]

    page = api.get("/tickets", limit=2).json
    rest = api.get("/tickets", limit=3, cursor=page["next"]).json

    assert [t["code"] for t in page["items"] + rest["items"]] == codes[::-1]
    assert rest["next"] is None
    assert [t["code"] for t in api.items("/tickets", phone="0900 000 203")] == [codes[3]]
    assert [t["code"] for t in api.items("/tickets", code=codes[1])] == [codes[1]]
    assert [t["code"] for t in api.items("/tickets", conversation_id="4", status="new")] == [codes[4]]
    assert api.items("/tickets", service="CALLBACK") == []
    assert len(api.items("/tickets", created_after="2026-06-01T10:00:00+07:00")) == 5
    assert api.items("/tickets", created_after="2026-06-02") == []


def test_a_hazard_is_p0_and_promises_nothing(api: Api) -> None:
    ticket = api.filed(service="REPORT_HAZARD", phone=None, address=None, conversation_id=5)
    assert (ticket["priority"], ticket["due_at"], ticket["conversation_id"]) == ("P0", None, "5")


def test_unknown_tickets_are_not_found(api: Api) -> None:
    for code in ("YC00000000", "YC1", "%00", "x" * 300, "YC00000000%00"):
        assert api.get(f"/tickets/{code}").status_code == 404
        assert api.patch(f"/tickets/{code}", {"phone": "0900000111"}).status_code == 404
        assert api.post(f"/tickets/{code}/transitions", {"to": "accepted"}).status_code == 404
