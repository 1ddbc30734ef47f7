"""What an incident tells, once each; its end, and those whose power is still out."""

from __future__ import annotations

from tests.care.conftest import Clock
from tests.care.incidents.conftest import Callers


def expected(callers: Callers, code: str, at: str) -> None:
    body = {"ends_at": at, "reason": "cây đổ vào đường dây", "by": "Trực ban"}
    assert callers.api.patch(f"/outages/{code}", body).status_code == 200


def restored(callers: Callers, code: str) -> None:
    assert callers.api.patch(f"/outages/{code}", {"status": "done", "by": "Trực ban"}).status_code == 200


def test_the_expected_time_is_told_to_everyone_once(callers: Callers):
    code = callers.three_at("T11")["code"]
    expected(callers, code, "2026-06-01T15:30:00+07:00")
    expected(callers, code, "2026-06-01T15:30:00+07:00")
    told = callers.notices(code)
    assert {one["conversation_id"] for one in told} == {"talk-T11-0", "talk-T11-1", "talk-T11-2"}
    assert len(told) == 3
    assert "cây đổ vào đường dây" in told[0]["text"]
    assert "15h30 hôm nay" in told[0]["text"]


def test_a_changed_time_is_news_and_says_which_way(callers: Callers):
    code = callers.three_at("T11")["code"]
    expected(callers, code, "2026-06-01T15:30:00+07:00")
    expected(callers, code, "2026-06-01T19:00:00+07:00")
    expected(callers, code, "2026-06-02T06:00:00+07:00")
    expected(callers, code, "2026-06-01T18:00:00+07:00")
    texts = [one["text"] for one in callers.notices(code)][::3]
    assert "kéo dài" in texts[1]
    assert "6h ngày mai" in texts[2]
    assert "sớm hơn" in texts[3]


def test_a_time_that_is_true_again_is_news_again(callers: Callers):
    code = callers.three_at("T11")["code"]
    for at in ("15:30", "19:00", "15:30"):
        expected(callers, code, f"2026-06-01T{at}:00+07:00")
    told = callers.notices(code)
    assert len(told) == 9
    assert "15h30" in told[-1]["text"]
    callers.report("T11", 3)
    assert len(callers.notices(code)) == 10


def test_who_joins_later_hears_the_news_so_far(callers: Callers):
    code = callers.three_at("T11")["code"]
    callers.report("T11", 3)
    assert callers.notices(code) == []
    expected(callers, code, "2026-06-01T15:30:00+07:00")
    callers.report("T11", 4)
    assert callers.notices(code)[-1]["conversation_id"] == "talk-T11-4"
    assert len(callers.notices(code)) == 5


def test_restoration_ends_the_tickets_and_asks_back(callers: Callers, clock: Clock):
    code = callers.three_at("T11")["code"]
    clock.passes(hours=1)
    restored(callers, code)
    told = callers.notices(code)
    assert len(told) == 3
    assert all("có điện chưa" in one["text"] for one in told)
    tickets = callers.api.items("/tickets", incident=code)
    assert {one["status"] for one in tickets} == {"done"}
    assert tickets[0]["history"][-1]["by"] == "Trực ban"
    assert callers.api.get(f"/outages/{code}").json["ends_at"].startswith("2026-06-01T04:00")
    restored(callers, code)
    assert len(callers.notices(code)) == 3


def test_who_has_no_conversation_is_marked_for_a_call(callers: Callers):
    code = callers.three_at("T11")["code"]
    callers.report("T11", 3, conversation_id=None, channel="phone", phone="0900000999")
    restored(callers, code)
    (called,) = [one for one in callers.notices(code) if one["conversation_id"] is None]
    assert called["email"] is None


def test_still_out_reopens_the_incident_of_one_station(callers: Callers, clock: Clock):
    before = callers.three_at("T11")
    clock.passes(hours=1)
    restored(callers, before["code"])
    clock.passes(minutes=20)
    again = callers.report("T11", 0)
    assert again["incident"] == before["code"]
    incident = callers.api.get(f"/incidents/{before['code']}").json
    assert (incident["status"], incident["ends_at"]) == ("running", None)
    assert incident["starts_at"] == before["starts_at"]
    restored(callers, before["code"])
    assert len(callers.notices(before["code"])) == 4


def test_still_out_at_one_station_of_many_is_an_incident_of_its_own(callers: Callers, clock: Clock):
    whole = callers.three_at("T11")
    callers.report("T12", 0)
    callers.report("T13", 0)
    clock.passes(hours=1)
    restored(callers, whole["code"])
    clock.passes(minutes=20)
    left = callers.report("T12", 0)["incident"]
    assert left not in (None, whole["code"])
    incident = callers.api.get(f"/incidents/{left}").json
    assert (incident["stations"], incident["status"]) == (["T12"], "running")
    assert incident["starts_at"] == whole["starts_at"]
    assert callers.api.get(f"/incidents/{whole['code']}").json["status"] == "done"


def test_a_reopened_ticket_reopens_its_incident(callers: Callers, clock: Clock):
    code = callers.three_at("T11")["code"]
    restored(callers, code)
    clock.passes(minutes=5)
    ticket = callers.api.items("/tickets", incident=code)[0]["code"]
    again = callers.api.post(f"/tickets/{ticket}/transitions", {"to": "accepted", "by": "khách hàng"})
    assert (again.status_code, again.json["incident"]) == (200, code)
    assert callers.api.get(f"/incidents/{code}").json["status"] == "running"


def test_a_neighbour_who_was_not_part_of_it_is_a_new_report(callers: Callers, clock: Clock):
    code = callers.three_at("T11")["code"]
    restored(callers, code)
    clock.passes(minutes=2)
    assert callers.report("T11", 5)["incident"] is None
    assert callers.api.get(f"/incidents/{code}").json["status"] == "done"


def test_who_was_told_of_an_incident_follows_it(callers: Callers):
    code = callers.three_at("T11")["code"]
    for _ in range(2):
        followed = callers.api.post(f"/outages/{code}/followers", {"conversation_id": "77"})
        assert (followed.status_code, followed.json) == (200, {"code": code})
    callers.api.post(f"/outages/{code}/followers", {"conversation_id": "talk-T11-0"})
    restored(callers, code)
    told = [one["conversation_id"] for one in callers.notices(code)]
    assert sorted(told) == ["77", "talk-T11-0", "talk-T11-1", "talk-T11-2"]


def test_followers_go_with_a_merged_incident(callers: Callers):
    one, other = callers.three_at("T11")["code"], callers.three_at("T21")["code"]
    callers.api.post(f"/outages/{other}/followers", {"conversation_id": "77"})
    callers.api.post(f"/incidents/{one}/merge", {"other": other})
    late = callers.api.post(f"/outages/{other}/followers", {"conversation_id": "78"})
    assert late.json == {"code": one}
    restored(callers, one)
    assert {"77", "78"} <= {notice["conversation_id"] for notice in callers.notices(one)}
    assert callers.api.post("/outages/MD00000000/followers", {"conversation_id": "77"}).status_code == 404


def test_an_operator_who_opens_it_again_opens_its_tickets_and_tells_everyone(callers: Callers, clock: Clock):
    code = callers.three_at("T11")["code"]
    own = callers.api.items("/tickets", incident=code)[0]["code"]
    callers.api.post(f"/tickets/{own}/transitions", {"to": "cancelled", "by": "customer"})
    callers.api.post(f"/outages/{code}/followers", {"conversation_id": "77"})
    restored(callers, code)
    clock.passes(minutes=10)
    assert (
        callers.api.post(f"/incidents/{code}/reopen", {"by": "Trực ban", "note": "máy cắt bật lại"}).status_code == 200
    )
    tickets = {one["code"]: one for one in callers.api.items("/tickets", incident=code)}
    assert tickets.pop(own)["status"] == "cancelled"
    assert [one["status"] for one in tickets.values()] == ["accepted", "accepted"]
    assert all(one["history"][-1]["note"] == "máy cắt bật lại" for one in tickets.values())
    told = [one for one in callers.notices(code) if "chưa khôi phục" in one["text"]]
    assert sorted(one["conversation_id"] for one in told) == ["77", "talk-T11-0", "talk-T11-1"]
    clock.passes(hours=1)
    restored(callers, code)
    assert len([one for one in callers.notices(code) if "có điện chưa" in one["text"]]) == 6


PLAN = {
    "kind": "planned",
    "area": "đường Trần Phú",
    "stations": ["T11"],
    "wards": ["Cái Khế"],
    "province": "Cần Thơ",
    "starts_at": "2026-06-02T08:00:00+07:00",
    "ends_at": "2026-06-02T11:00:00+07:00",
    "reason": "bảo trì",
}


def test_who_follows_a_plan_hears_what_becomes_of_it(callers: Callers):
    code = callers.api.post("/outages", PLAN).json["code"]
    callers.api.post(f"/outages/{code}/followers", {"conversation_id": "77"})
    later = {"starts_at": "2026-06-02T13:00:00+07:00", "ends_at": "2026-06-02T15:00:00+07:00"}
    for change in (
        {"status": "postponed"},
        {"status": "approved", **later},
        {"reason": "thay máy biến áp"},
        {"status": "running"},
        {"status": "overrun"},
        {"status": "done"},
    ):
        assert callers.api.patch(f"/outages/{code}", change).status_code == 200
    texts = [one["text"] for one in callers.notices(code)]
    assert len(texts) == 4
    for words, said in zip(("hoãn", "từ 13h ngày mai đến 15h ngày mai", "kéo dài", "có điện chưa"), texts, strict=True):
        assert words in said


def test_a_schedule_that_calls_a_plan_off_tells_who_follows_it(callers: Callers):
    row = "T11,02/06/2026 08:00,02/06/2026 11:00,bảo trì,{}"
    path, headers = "/api/v1/outages/import?centre=EVNSPC", callers.api.headers
    for state in ("Đã duyệt", "Hủy", "Hủy"):
        body = f"stationCode,fromDate,toDate,reason,statusStr\n{row.format(state)}\n".encode()
        assert callers.api.client.post(path, data=body, headers=headers).status_code == 200
        (code,) = (one["code"] for one in callers.api.items("/outages", station="T11"))
        callers.api.post(f"/outages/{code}/followers", {"conversation_id": "77"})
    (told,) = callers.notices(code)
    assert "đã được hủy" in told["text"]
