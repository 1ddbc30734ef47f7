"""The data-protection desk: shown whole, blanked where it is over, restricted, and who saw it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from care.privacy.log import forget_accesses
from care.wired import Care
from tests.care.conftest import Api, Clock
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
