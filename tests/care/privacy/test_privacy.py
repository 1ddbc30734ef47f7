"""The data-protection desk: shown whole, blanked where it is over, restricted, and who saw it."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import text
from sqlalchemy.orm import Session

from care.api import Outside, add_api
from care.attachments.store import FolderStore
from care.privacy.log import forget_accesses
from care.wired import Care
from tests.care.conftest import KEY, Api, Clock
from tests.care.incidents.conftest import customer, network, phone  # noqa: F401  the network's fixture

BY = {"by": "clerk.an", "request": "YC26481930"}


def finished(api: Api, **changes: str) -> str:
    code = str(api.filed(**{"phone": phone("T11", 0), "conversation_id": "7", **changes})["code"])
    api.patch(f"/tickets/{code}", {"contact_name": "Trần B"})
    api.post(f"/tickets/{code}/notes", {"text": "nhà tôi sau chợ"})
    api.post(f"/tickets/{code}/transitions", {"to": "cancelled", "by": "clerk.an", "note": "trùng"})
    return code


def test_all_that_is_kept_of_a_person(api: Api, network: str):  # noqa: F811
    code = finished(api)
    told = api.post("/privacy/export", {"phone": phone("T11", 0), **BY}).json
    assert [one["code"] for one in told["contracts"]] == [customer("T11", 0)]
    assert [one["code"] for one in told["tickets"]] == [code]
    assert told["notices"][0]["text"].count(code) == 1
    nobody = api.post("/privacy/export", {"phone": "0900099999", **BY}).json
    assert nobody["tickets"] == nobody["contracts"] == []


def test_erased_where_it_is_over_and_told_what_stays(api: Api, network: str, session: Session):  # noqa: F811
    over = finished(api)
    still = api.filed(phone=phone("T11", 0), service="NEW_LV_RES")["code"]
    erased = api.post("/privacy/erase", {"phone": phone("T11", 0), **BY}).json
    assert (erased["tickets"], erased["notices"]) == (1, 1)
    assert any(still in one for one in erased["kept"])
    ticket = api.get(f"/tickets/{over}")
    for private in ("Nguyễn Văn A", "Trần B", phone("T11", 0), "sau chợ", "Trần Phú", "mất điện"):
        assert private not in ticket.text
    assert (ticket.json["status"], ticket.json["address"]["ward"]) == ("cancelled", "Ba Đình")
    assert ticket.json["history"][-1]["event"] == "erased"
    assert api.items("/tickets", q="tran b") == []
    assert api.get(f"/tickets/{still}").json["phone"] == phone("T11", 0)
    rows = session.execute(text("SELECT facts, note FROM care.ticket_event WHERE event IN ('changed', 'note')"))
    assert all(row == (None, None) for row in rows)
    assert api.post("/privacy/erase", {"phone": phone("T11", 0), **BY}).json["tickets"] == 0


def test_restricted_contracts_show_no_name_and_phone(api: Api, network: str):  # noqa: F811
    who = {"customer_code": customer("T11", 0), **BY}
    assert api.post("/privacy/restrict", who | {"restricted": True}).json["customer_codes"] == [customer("T11", 0)]
    hidden = api.get(f"/customers/{customer('T11', 0)}").json
    assert (hidden["name"], hidden["phones"], hidden["station"]) == ("", [], "T11")
    api.post("/privacy/restrict", who | {"restricted": False})
    assert api.get(f"/customers/{customer('T11', 0)}").json["phones"] == [phone("T11", 0)]


def test_somebody_must_be_named(api: Api):
    for body in ({}, BY, {"phone": "abc", **BY}, {"phone": "0900000111"}):
        assert api.post("/privacy/erase", body).status_code == 422


def test_who_saw_whose_data(care: Care, api: Api, network: str, clock: Clock):  # noqa: F811
    headers = api.headers | {"X-Actor": "clerk.an", "X-Reason": "khách gọi"}
    path = f"/api/v1/customers/{customer('T11', 0)}"
    api.client.get(path, headers=headers)
    ticket = api.filed()["code"]
    api.client.get(f"/api/v1/tickets/{ticket}", headers=headers)
    api.get(f"/tickets/{ticket}")
    api.get("/customers", phone=phone("T11", 1))
    log = api.items("/access-log")
    assert [(one["who"], one["whose"]) for one in log] == [
        ("api", customer("T11", 1)),
        ("clerk.an", ticket),
        ("clerk.an", customer("T11", 0)),
    ]
    assert (log[2]["door"], log[2]["why"]) == (f"GET {path}", "khách gọi")
    assert len(api.items("/access-log", who="clerk.an", whose=ticket)) == 1
    clock.passes(days=731)
    forget_accesses(care)
    assert api.items("/access-log") == []


def test_lists_exports_and_files_that_a_person_sees_are_logged_too(desk: Api, network: str):  # noqa: F811
    code = desk.filed()["code"]
    attached(desk, code)
    number = desk.items(f"/tickets/{code}/attachments")[0]["id"]
    paths = (
        "/tickets",
        "/tickets/export.csv",
        "/tickets/export.xlsx",
        f"/tickets/{code}/attachments/{number}",
        "/customers?province=Cần Thơ&limit=1",
    )
    for path in paths:
        desk.client.get(f"/api/v1{path}", headers=desk.headers)
    assert desk.items("/access-log") == []
    for path in paths:
        answer = desk.client.get(f"/api/v1{path}", headers=desk.headers | {"X-Actor": "clerk.an"})
        assert (answer.status_code, len(answer.data) > 0) == (200, True)
    log = desk.items("/access-log")
    assert [one["whose"] for one in log] == [customer("T11", 0), code, code, code, code]
    assert {one["who"] for one in log} == {"clerk.an"}


def test_who_sees_a_reporter_in_confidence_is_logged_named_or_not(care: Care, api: Api):
    code = api.filed(service="REPORT_THEFT")["code"]
    app = APIFlask("care")
    add_api(app, care, KEY, "key-of-the-inspectors")
    inspector = Api(app.test_client(), {"Authorization": "Bearer key-of-the-inspectors"})
    inspector.items("/tickets", service="REPORT_THEFT")
    assert [(one["who"], one["whose"]) for one in api.items("/access-log")] == [("api", code)]


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def files(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def desk(care: Care, files: FolderStore) -> Api:
    """The API with a place for files."""
    app = APIFlask("care")
    add_api(app, care, KEY, outside=Outside(store=files))
    return Api(app.test_client())


def attached(api: Api, code: str, content: bytes = PNG) -> None:
    body = {"file": (io.BytesIO(content), "anh-nha-toi.png")}
    path = f"/api/v1/tickets/{code}/attachments"
    assert api.client.post(path, data=body, headers=api.headers).status_code == 201


def test_files_are_told_and_dropped_unless_somebody_elses_ticket_has_them(desk: Api, files: FolderStore):
    mine, theirs = finished(desk), desk.filed(phone="0900000999", service="NEW_LV_RES")["code"]
    own, common = PNG + b"mine", PNG + b"common"
    for code, content in ((mine, own), (mine, common), (theirs, common)):
        attached(desk, code, content)
    told = desk.post("/privacy/export", {"phone": phone("T11", 0), **BY}).json["files"]
    assert [(one["ticket"], one["name"]) for one in told] == [(mine, "anh-nha-toi.png")] * 2
    assert desk.post("/privacy/erase", {"phone": phone("T11", 0), **BY}).json["files"] == 2
    assert desk.items(f"/tickets/{mine}/attachments") == []
    assert not files.has(hashlib.sha256(own).hexdigest())
    assert files.get(hashlib.sha256(common).hexdigest()) == common


def test_kept_answers_reports_and_followers_name_nobody(
    api: Api,
    network: str,  # noqa: F811
    session: Session,
):
    report = {"service": "REPORT_OUTAGE", "channel": "web", "conversation_id": "7", "phone": phone("T11", 0)}
    first = api.post("/tickets", report, key="m1").json
    plan = api.post("/outages", {**PLAN, "kind": "incident", "status": "running"}).json["code"]
    api.post(f"/outages/{plan}/followers", {"conversation_id": "7"})
    api.post(f"/tickets/{first['code']}/transitions", {"to": "cancelled"}, key="m2")
    api.post("/privacy/erase", {"phone": phone("T11", 0), "conversation_id": "7", **BY})
    again = api.post("/tickets", report, key="m1").json
    assert (again["code"], again["phone"], again["conversation_id"]) == (first["code"], None, None)
    for table in ("report", "idempotency", "outage_follower", "ticket", "ticket_event", "notice"):
        rows = session.execute(text(f"SELECT * FROM care.{table}")).all()
        assert phone("T11", 0) not in str(rows), table
        assert "'7'" not in str(rows), table


PLAN = {
    "area": "Trạm Trần Phú",
    "stations": ["T11"],
    "province": "Cần Thơ",
    "starts_at": "2026-06-01T08:00:00+07:00",
    "reason": "sự cố",
}


def test_a_contract_is_put_right_and_the_request_remembers(api: Api, network: str):  # noqa: F811
    request = api.filed(service="PRIVACY_REQUEST", details={"wish": "correct"})["code"]
    asked = {"customer_code": customer("T11", 0), "name": "Nguyễn Văn An", "by": "clerk.an", "request": request}
    assert api.post("/privacy/correct", asked).json == {"customer_code": customer("T11", 0), "changed": ["name"]}
    assert api.get(f"/customers/{customer('T11', 0)}").json["name"] == "Nguyễn Văn An"
    event = api.get(f"/tickets/{request}").json["history"][-1]
    assert (event["by"], event["note"]) == ("clerk.an", "contract name: Nguyễn Văn A → Nguyễn Văn An")
    assert [one["door"] for one in api.items("/access-log", whose=customer("T11", 0))][-1] == "privacy correct"
    assert api.post("/privacy/correct", asked).json["changed"] == []
    for wrong, status in (
        ({"customer_code": "PA00000000000"}, 404),
        ({"request": "YC00000000"}, 404),
        ({"phones": []}, 422),
    ):
        assert api.post("/privacy/correct", asked | wrong).status_code == status


@pytest.mark.parametrize(
    ("details", "day"),
    [
        ({}, "2026-06-03"),  # acknowledged within two working days
        ({"wish": "view"}, "2026-06-11"),
        ({"wish": "correct"}, "2026-06-11"),
        ({"wish": "withdraw"}, "2026-06-16"),
        ({"wish": "delete"}, "2026-06-21"),
    ],
)
def test_requests_have_the_deadlines_of_the_law(api: Api, details: dict[str, str], day: str):
    ticket = api.filed(service="PRIVACY_REQUEST", details=details)
    assert ticket["due_at"].startswith(day)
