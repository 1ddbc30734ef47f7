"""A ticket's life: versions, pauses, news to the customer, warnings, notes, what is confidential."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from care.api import add_api
from care.due import UTC, resumed, warn_at
from care.escalation import escalate
from care.wired import Care
from tests.care.conftest import KEY, Answer, Api, Clock

OFFICE = {"service": "NEW_LV_RES", "conversation_id": "7", "phone": "0900000222"}


def moved(api: Api, code: str, to: str, **more: Any) -> dict[str, Any]:
    answer = api.post(f"/tickets/{code}/transitions", {"to": to, "by": "clerk.an", **more})
    assert answer.status_code == 200, answer.text
    ticket: dict[str, Any] = answer.json
    return ticket


def told(api: Api, code: str) -> list[dict[str, Any]]:
    """Oldest first."""
    return api.items("/notices", about=code)[::-1]


def with_version(api: Api, method: str, path: str, body: Any, version: str) -> Answer:
    headers = api.headers | {"If-Match": version}
    return api.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)


def test_the_second_of_two_writers_is_told(api: Api):
    code = api.filed()["code"]
    seen = api.get(f"/tickets/{code}").headers["ETag"]
    assert with_version(api, "PATCH", f"/tickets/{code}", {"contact_name": "An"}, seen).status_code == 200
    late = with_version(api, "PATCH", f"/tickets/{code}", {"contact_name": "Bình"}, seen)
    assert (late.status_code, late.json["version"]) == (409, 2)
    moving = with_version(api, "POST", f"/tickets/{code}/transitions", {"to": "accepted"}, seen)
    assert moving.status_code == 409
    ticket = api.get(f"/tickets/{code}").json
    assert (ticket["contact_name"], ticket["status"], ticket["version"]) == ("An", "new", 2)
    assert with_version(api, "PATCH", f"/tickets/{code}", {}, "mine").status_code == 422


def test_of_many_writers_with_one_version_exactly_one_writes(api: Api):
    code = api.filed()["code"]

    def write(number: int) -> int:
        own = Api(api.client.application.test_client())
        body = {"description": f"lần {number}"}
        return int(with_version(own, "PATCH", f"/tickets/{code}", body, '"1"').status_code)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(write, range(8))) == [200] + [409] * 7


def test_the_clock_stands_still_while_the_customer_is_waited_for(api: Api, clock: Clock):
    ticket = api.filed()
    moved(api, ticket["code"], "accepted")
    moved(api, ticket["code"], "waiting_customer", note="Nhà mình ở tầng mấy?")
    clock.passes(days=2)
    again = moved(api, ticket["code"], "in_progress")
    before, after = (datetime.fromisoformat(one["due_at"]) for one in (ticket, again))
    assert after - before == timedelta(days=2)


def test_the_time_that_the_clock_stood_still_does_not_bring_the_warning_near(care: Care, api: Api, clock: Clock):
    ticket = api.filed()
    whole = datetime.fromisoformat(ticket["due_at"]) - clock.moment
    moved(api, ticket["code"], "accepted")
    clock.moment += whole / 2
    moved(api, ticket["code"], "waiting_customer")
    clock.passes(days=3)
    moved(api, ticket["code"], "in_progress")
    assert escalate(care) == 0
    clock.moment += whole * 0.31
    assert escalate(care) == 1
    assert api.get(f"/tickets/{ticket['code']}").json["history"][-1]["event"] == "due soon"


def test_a_reopened_ticket_has_the_time_that_was_left(care: Care, api: Api, clock: Clock):
    ticket = api.filed(conversation_id="7")
    moved(api, ticket["code"], "accepted")
    moved(api, ticket["code"], "done")
    clock.passes(days=5)
    again = moved(api, ticket["code"], "accepted")
    before, after = (datetime.fromisoformat(one["due_at"]) for one in (ticket, again))
    assert after - before == timedelta(days=5)
    assert escalate(care) == 0
    clock.moment = after
    assert escalate(care) == 1
    assert "quá hẹn" in told(api, ticket["code"])[-1]["text"]


@pytest.mark.parametrize(
    ("unit", "due", "paused", "now", "expected"),
    [
        # Friday to Tuesday: two working days later.
        ("working_days", "2026-06-05T10:00", "2026-06-05T03:00", "2026-06-09T03:00", "2026-06-09"),
        # Tết 2027 is a holiday from Thursday 4 to Wednesday 10 February: one day waited, due on the 11th.
        ("working_days", "2027-02-03T10:00", "2027-02-02T03:00", "2027-02-03T03:00", "2027-02-11"),
        ("hours", "2026-06-05T10:00", "2026-06-05T03:00", "2026-06-05T05:30", "2026-06-05"),
        # The clock went back: nothing moves.
        ("working_days", "2026-06-05T10:00", "2026-06-05T03:00", "2026-06-01T03:00", "2026-06-05"),
    ],
)
def test_pauses_are_counted_in_the_promises_own_unit(
    care: Care, unit: str, due: str, paused: str, now: str, expected: str
):
    moments = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (due, paused, now))
    given_due, paused_at, at = moments
    later = resumed(given_due, unit, paused_at, at, care.catalogue.places.hours)
    assert later.date().isoformat() == expected
    assert later >= given_due or unit == "working_days"


def test_the_warning_comes_when_four_fifths_are_gone():
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert warn_at(start, start + timedelta(hours=10)) == start + timedelta(hours=8)
    assert warn_at(start, None) is None


def test_the_customer_hears_of_each_step_once(api: Api):
    code = api.filed(**OFFICE)["code"]
    moved(api, code, "accepted")
    moved(api, code, "waiting_customer", note="Anh/chị gửi thêm hợp đồng thuê nhà")
    moved(api, code, "done", note="Đã lắp công tơ")
    moved(api, code, "accepted")
    moved(api, code, "rejected", note="Nhà chưa có số")
    news = told(api, code)
    assert [one["text"].count(code) for one in news] == [1] * 5
    for words, one in zip(
        ("tiếp nhận", "hợp đồng thuê nhà", "Đã lắp công tơ", "tiếp nhận", "lý do: Nhà chưa có số"), news, strict=True
    ):
        assert words in one["text"]
    assert {one["conversation_id"] for one in news} == {"7"}


def test_after_no_power_is_mended_the_customer_is_asked_back(api: Api):
    code = api.filed(conversation_id="7")["code"]
    moved(api, code, "accepted")
    moved(api, code, "done")
    assert "có điện chưa" in told(api, code)[-1]["text"]


def test_no_news_of_the_customers_own_doing_nor_without_a_way_to_tell(api: Api):
    own = api.filed(**OFFICE)["code"]
    moved(api, own, "cancelled", by="customer")
    nobody = api.filed(service="NEW_LV_RES")["code"]
    moved(api, nobody, "accepted")
    assert told(api, own) == told(api, nobody) == []


def test_the_answer_of_the_customer_sets_the_ticket_going(api: Api):
    code = api.filed(**OFFICE)["code"]
    moved(api, code, "accepted")
    moved(api, code, "waiting_customer", note="Số nhà?")
    answer = api.post(f"/tickets/{code}/notes", {"text": "Số 5 ạ"}, key="m1")
    assert (answer.status_code, answer.json["status"]) == (201, "in_progress")
    assert api.post(f"/tickets/{code}/notes", {"text": "Số 5 ạ"}, key="m1").json == answer.json
    events = [(entry["event"], entry["note"]) for entry in answer.json["history"]][-2:]
    assert events == [("note", "Số 5 ạ"), ("in_progress", None)]
    assert len(told(api, code)) == 2
    clerk = api.post(f"/tickets/{code}/notes", {"text": "đã gọi", "by": "clerk.an"})
    assert clerk.json["status"] == "in_progress"
    assert api.post("/tickets/YC00000000/notes", {"text": "x"}).status_code == 404
    assert api.post(f"/tickets/{code}/notes", {"text": " "}).status_code == 422


def test_warned_then_escalated_each_once(care: Care, api: Api, clock: Clock):
    ticket = api.filed(conversation_id="7")
    due = datetime.fromisoformat(ticket["due_at"])
    clock.moment = due - (due - clock.moment) / 10
    assert [escalate(care), escalate(care)] == [1, 0]
    clock.moment = due + timedelta(minutes=1)
    assert [escalate(care), escalate(care)] == [1, 0]
    after = api.get(f"/tickets/{ticket['code']}").json
    assert [entry["event"] for entry in after["history"]] == ["new", "due soon", "overdue"]
    assert "quá hẹn" in told(api, ticket["code"])[-1]["text"]
    assert [one["code"] for one in api.items("/tickets", overdue="true")] == [ticket["code"]]
    assert api.items("/tickets", overdue="false") == []


def test_escalation_raises_the_priority_but_not_to_danger(care: Care, api: Api, clock: Clock):
    low = api.filed(service="NEW_LV_RES", priority="P3")["code"]
    high = api.filed(priority="P1")["code"]
    clock.passes(days=60)
    escalate(care)
    assert api.get(f"/tickets/{low}").json["priority"] == "P2"
    assert api.get(f"/tickets/{high}").json["priority"] == "P1"


def test_waiting_and_ended_tickets_are_not_escalated(care: Care, api: Api, clock: Clock):
    waiting = api.filed(**OFFICE)["code"]
    moved(api, waiting, "accepted")
    moved(api, waiting, "waiting_customer")
    ended = api.filed()["code"]
    moved(api, ended, "cancelled")
    clock.passes(days=60)
    assert escalate(care) == 0


def test_two_processes_escalate_each_ticket_once(care: Care, api: Api, clock: Clock):
    codes = [api.filed(phone=f"09000003{number:02d}")["code"] for number in range(20)]
    clock.passes(days=3)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: escalate(care), range(8)))
    for code in codes:
        events = [entry["event"] for entry in api.get(f"/tickets/{code}").json["history"]]
        assert events.count("overdue") == 1


@pytest.mark.parametrize(
    "words", ["nguyen van a", "Nguyễn Văn", "tran phu", "TRẦN PHÚ ba đình", "111", "mat dien", "mất đi"]
)
def test_found_by_words_with_and_without_accents(api: Api, words: str):
    code = api.filed()["code"]
    api.filed(phone="0900000999", contact_name="Lê B", address={"text": "khu 5 Gành Hào"}, description="chập chờn")
    assert [one["code"] for one in api.items("/tickets", q=words)] == [code]


def test_found_by_code_and_by_facts_learnt_later(api: Api):
    code = api.filed()["code"]
    api.patch(f"/tickets/{code}", {"description": "cháy công tơ"})
    assert [one["code"] for one in api.items("/tickets", q=code.lower())] == [code]
    assert [one["code"] for one in api.items("/tickets", q="chay cong to")] == [code]
    assert api.items("/tickets", q="mất điện") == []


@pytest.mark.parametrize("words", ["'", "!!!", "& | ! ( ) :*", "\\", "a' | 'b", "<->"])
def test_strange_searches_find_nothing_and_break_nothing(api: Api, words: str):
    api.filed()
    assert api.items("/tickets", q=words) == []


THEFT = {
    "service": "REPORT_THEFT",
    "conversation_id": "9",
    "phone": "0900000333",
    "contact_name": "Người Báo Tin",
    "description": "hàng xóm câu trộm",
}


def test_who_reported_theft_is_hidden(api: Api):
    code = api.filed(**THEFT)["code"]
    api.patch(f"/tickets/{code}", {"contact_name": "Tên Khác"})
    api.post(f"/tickets/{code}/notes", {"text": "tôi tên Người Báo Tin"})
    shown = api.get(f"/tickets/{code}").text + api.get("/tickets").text + api.get("/tickets/export.csv").text
    for secret in ("0900000333", "Người Báo Tin", "Tên Khác"):
        assert secret not in shown
    assert "hàng xóm câu trộm" in shown
    for query in ({"phone": "0900000333"}, {"conversation_id": "9"}, {"q": "nguoi bao tin"}):
        assert api.items("/tickets", **query) == []


def test_one_role_sees_who_reported_theft(care: Care, api: Api):
    code = api.filed(**THEFT)["code"]
    app = APIFlask("care")
    add_api(app, care, KEY, "key-of-the-inspectors")
    inspector = Api(app.test_client(), {"Authorization": "Bearer key-of-the-inspectors"})
    assert inspector.get(f"/tickets/{code}").json["phone"] == "0900000333"
    assert [one["code"] for one in inspector.items("/tickets", phone="0900000333")] == [code]
    with pytest.raises(ValueError, match="CONFIDENTIAL"):
        add_api(APIFlask("care"), care, KEY, KEY)


def test_export_as_csv_and_excel(api: Api):
    import io

    from openpyxl import load_workbook

    api.filed(description="=HYPERLINK(1)")
    api.filed(phone="0900000999", description="chập chờn")
    csv = api.get("/tickets/export.csv")
    assert csv.text.startswith("\ufeffcode,service")
    assert "'=HYPERLINK(1)" in csv.text
    assert csv.text.count("\r\n") == 3
    sheet = load_workbook(io.BytesIO(api.get("/tickets/export.xlsx", phone="0900000999").data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [len(rows), rows[1][10]] == [2, "chập chờn"]


def test_an_export_of_nothing_has_its_heading(api: Api):
    assert api.get("/tickets/export.csv").text.count("\r\n") == 1
