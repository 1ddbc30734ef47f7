"""What anyone may see: a request's stage, outages with their feeds, figures."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.care.conftest import Api, Clock

PLAN = {
    "kind": "planned",
    "status": "approved",
    "area": "đường Trần Phú; Lê Lợi, <b>phường Cái Khế</b>, Cần Thơ",
    "stations": [],
    "wards": ["Cái Khế"],
    "province": "Cần Thơ",
    "starts_at": "2026-06-03T08:00:00+07:00",
    "ends_at": "2026-06-03T11:00:00+07:00",
    "reason": "bảo trì lưới điện",
}


def ask(pages, code: str, digits: str):
    return pages.post("/tra-cuu", data={"code": code, "digits": digits})


def test_a_requests_stage_by_code_and_digits(pages, api: Api):
    ticket = api.filed()
    answer = ask(pages, ticket["code"].lower(), "111")
    assert answer.status_code == 200
    assert "đã tiếp nhận" in answer.text
    for private in ("Nguyễn Văn A", "0900000111", "Trần Phú"):
        assert private not in answer.text


def test_a_wrong_code_and_wrong_digits_look_the_same(pages, api: Api):
    code = api.filed()["code"]
    wrong, unknown = ask(pages, code, "999"), ask(pages, "YC26481930", "111")
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.text.replace(code, "X") == unknown.text.replace("YC26481930", "X")


def test_five_wrong_tries_then_a_pause(pages, api: Api, clock: Clock):
    code = api.filed()["code"]
    assert [ask(pages, code, f"00{number}").status_code for number in range(5)] == [404] * 5
    paused = ask(pages, code, "111")
    assert paused.status_code == 429
    assert int(paused.headers["Retry-After"]) > 800
    assert "sau 15 phút" in paused.text
    clock.passes(minutes=16)
    assert ask(pages, code, "111").status_code == 200


@pytest.mark.parametrize(("code", "digits"), [("", "111"), ("YC1", ""), ("YC1", "11"), ("YC1", "१२३"), ("YC1", "abc")])
def test_half_a_question(pages, code: str, digits: str):
    assert ask(pages, code, digits).status_code == 422


def test_pages_run_nothing_and_cannot_be_framed(pages):
    for path in ("/tra-cuu", "/lich-cat-dien", "/chat-luong", "/gui-yeu-cau"):
        answer = pages.get(path)
        assert answer.status_code == 200, path
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "<script" not in answer.text
        assert "style=" not in answer.text


@pytest.mark.parametrize("ward", ["Cái Khế", "phuong cai khe", "P. Cái Khế"])
def test_outages_of_a_ward(pages, api: Api, ward: str):
    api.post("/outages", PLAN)
    shown = pages.get("/lich-cat-dien", query_string={"ward": ward, "province": "Cần Thơ"}).text
    assert "Thứ tư 03/06/2026" in shown
    assert "8h – 11h" in shown
    assert "&lt;b&gt;phường" in shown
    elsewhere = pages.get("/lich-cat-dien", query_string={"ward": "Ninh Kiều", "province": "Cần Thơ"}).text
    assert "Chưa có lịch" in elsewhere


def test_outages_of_a_customer(pages, callers):
    callers.three_at("T11")
    shown = pages.get("/lich-cat-dien", query_string={"code": "pc01001100005 "}).text
    assert "Sự cố mất điện" in shown
    assert "Nguyễn" not in shown


def test_a_split_or_common_ward_is_chosen_never_guessed(pages):
    answer = pages.get("/lich-cat-dien", query_string={"ward": "Tân Thành"}).text
    assert "anh/chị chọn giúp em" in answer
    assert "Phường Tân Thành, Cà Mau" in answer
    assert pages.get("/lich-cat-dien.ics", query_string={"ward": "Tân Thành"}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"ward": "Cái Khế", "from": "2026-02-30"},
        {"ward": "Cái Khế", "from": "2026-06-03", "to": "2026-06-01"},
        {"ward": "Cái Khế", "from": "2026-01-01", "to": "2036-01-01"},
        {"ward": "Cái Khế", "from": "9999-12-31"},
        {"code": "!!!"},
    ],
    ids=str,
)
def test_strange_questions_are_answered_in_words(pages, query: dict[str, str]):
    answer = pages.get("/lich-cat-dien", query_string=query)
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.text


def test_an_unknown_ward(pages):
    assert "chưa tìm ra" in pages.get("/lich-cat-dien", query_string={"ward": "xyz abc"}).text


def test_a_calendar_to_subscribe(pages, api: Api):
    code = api.post("/outages", PLAN | {"reason": "thay dây; " + "rất dài, " * 20}).json["code"]
    answer = pages.get("/lich-cat-dien.ics", query_string={"ward": "Cái Khế", "province": "Cần Thơ"})
    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = answer.data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    whole = answer.data.decode().replace("\r\n ", "")
    assert f"UID:{code}@cskh" in whole
    assert "DTSTART:20260603T010000Z" in whole
    assert "thay dây\\; rất dài\\, " in whole
    api.patch(f"/outages/{code}", {"status": "postponed"})
    again = pages.get("/lich-cat-dien.ics", query_string={"ward": "Cái Khế", "province": "Cần Thơ"})
    assert "STATUS:CANCELLED" in again.text


def test_a_feed_to_subscribe(pages, api: Api):
    code = api.post("/outages", PLAN).json["code"]
    query = {"ward": "Cái Khế", "province": "Cần Thơ"}
    feed = ElementTree.fromstring(pages.get("/lich-cat-dien.rss", query_string=query).data)
    (item,) = feed.findall("channel/item")
    guid = item.findtext("guid")
    assert guid.startswith(code)
    api.patch(f"/outages/{code}", {"status": "cancelled"})
    again = ElementTree.fromstring(pages.get("/lich-cat-dien.rss", query_string=query).data)
    assert again.findtext("channel/item/guid") != guid
    assert "đã hủy" in again.findtext("channel/item/title")


def test_figures_with_their_csv(pages, callers, clock: Clock):
    code = callers.three_at("T11")["code"]
    clock.passes(hours=1)
    callers.api.patch(f"/outages/{code}", {"status": "done"})
    shown = pages.get("/chat-luong").text
    assert "Tổng công ty Điện lực miền Nam" in shown
    assert "100,0 %" in shown
    assert "<svg" in shown
    csv = pages.get("/chat-luong.csv").text
    assert "2026-06,EVNSPC,REPORT_OUTAGE,3,3,100.0,1.0" in csv
    assert "2026-06,EVNSPC,36,6," in pages.get("/do-tin-cay.csv").text
    assert pages.get("/chat-luong", query_string={"month": "1999-01"}).status_code == 200
