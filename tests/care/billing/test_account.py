"""A contract's account: whole, newest first, only for its owner and for clerks, and each look is logged."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from care.wired import Care
from tests.care.billing.conftest import CODE, verify
from tests.care.conftest import Api, Clock
from tests.care.incidents.conftest import customer, phone

BY = {"by": "clerk.an", "request": "YC26481930"}


def test_the_whole_account_newest_first(api: Api, billed: str):
    told = api.get(f"/customers/{billed}/account").json
    assert (told["code"], told["tariff_group"], told["households"], told["reading_day"]) == (CODE, "residential", 1, 31)
    assert told["meters"] == [{"number": "19001", "kind": "electronic", "phases": 1, "installed_at": "2019-05-20"}]
    assert [one["period"] for one in told["readings"]] == [one["period"] for one in told["invoices"]]
    assert [told["readings"][at]["period"] for at in (0, -1)] == ["2026-05", "2025-05"]
    assert told["readings"][0] == {
        "period": "2026-05",
        "from": "2026-05-01",
        "to": "2026-05-31",
        "old": 2400,
        "new": 2514,
        "kwh": 114,
        "read_at": "2026-05-31",
    }
    assert told["invoices"][1] == {
        "number": "HD13",
        "period": "2026-04",
        "kwh": 113,
        "ex_vat": 200_000,
        "vat": 16_000,
        "total": 216_000,
        "paid": True,
        "status": "paid",
        "issued_at": "2026-05-02",
        "due_at": "2026-05-12",
        "paid_at": "2026-05-05T03:00:00Z",
    }
    assert [one["reference"] for one in told["payments"][:3]] == ["GD13.1", "GD13.0", "GD12.0"]
    assert told["payments"][0] == {
        "paid_at": "2026-05-05T03:00:00Z",
        "amount": 116_000,
        "channel": "MoMo",
        "reference": "GD13.1",
        "period": "2026-04",
    }


def test_debt_counts_what_is_older_than_the_list(api: Api, billed: str):
    told = api.get(f"/customers/{billed}/account").json
    assert "2025-03" not in [one["period"] for one in told["invoices"]]
    assert told["debt"] == 2 * 216_000


def test_unpaid_is_overdue_from_the_day_after_the_last_day_to_pay(api: Api, billed: str, clock: Clock):
    def newest() -> str:
        return str(api.get(f"/customers/{billed}/account").json["invoices"][0]["status"])

    assert newest() == "unpaid"  # due on 12 June
    clock.passes(days=11, hours=13)  # 23:00 of that day in Vietnam
    assert newest() == "unpaid"
    clock.passes(hours=1)
    assert newest() == "overdue"


def test_a_customer_without_meter_and_bills_has_an_empty_account(api: Api, billed: str):
    told = api.get(f"/customers/{customer('T11', 1)}/account").json
    assert [told[name] for name in ("meters", "readings", "invoices", "payments", "debt")] == [[], [], [], [], 0]


def test_a_bill_from_before_invoices_says_what_it_knows(api: Api, billed: str, session: Session):
    session.execute(
        text("UPDATE care.bill SET number = NULL, ex_vat = NULL, issued_at = NULL WHERE period = '2026-05'")
    )
    session.commit()
    newest = api.get(f"/customers/{billed}/account").json["invoices"][0]
    assert [newest[name] for name in ("number", "ex_vat", "vat", "issued_at")] == [None] * 4
    assert newest["total"] == 216_000


def test_nobody_knows_the_code(api: Api, billed: str):
    for code in ("PC09999999999", "x", "ß", "PC0100'--"):
        assert api.get(f"/customers/{code}/account").status_code == 404


def test_a_conversation_sees_only_the_contract_that_it_proved(care: Care, api: Api, billed: str, clock: Clock):
    path, other = f"/customers/{billed}/account", f"/customers/{customer('T11', 1)}/account"
    refused = api.get(path, conversation_id="42")
    assert refused.status_code == 403
    assert refused.content_type == "application/problem+json"
    assert refused.json["type"] == "urn:problem:not-verified"
    assert "not verified" in refused.json["title"]

    verify(care, "42", billed)

    assert api.get(path, conversation_id="42").json["debt"] == 432_000
    assert api.get(f"/customers/{billed.lower()}/account", conversation_id="42").status_code == 200
    assert api.get(path, conversation_id="43").status_code == 403
    assert api.get(other, conversation_id="42").status_code == 403
    clock.passes(minutes=15)
    assert api.get(path, conversation_id="42").status_code == 403


def test_a_refusal_does_not_tell_whether_there_is_such_a_contract(api: Api, billed: str):
    known, unknown = (
        api.get(f"/customers/{code}/account", conversation_id="42").json for code in (billed, "PC01009999999")
    )
    assert {**known, "instance": ""} == {**unknown, "instance": ""}


def test_both_ways_are_logged_and_a_refusal_is_not(care: Care, api: Api, billed: str):
    path = f"/customers/{billed}/account"
    api.get(path, conversation_id="42")
    assert api.items("/access-log", whose=billed) == []
    verify(care, "42", billed)
    api.get(path, conversation_id="42")
    api.client.get(f"/api/v1{path}", headers=api.headers | {"X-Actor": "clerk.an", "X-Reason": "khách gọi"})
    log = api.items("/access-log", whose=billed)
    assert [(one["who"], one["door"], one["why"]) for one in log] == [
        ("clerk.an", f"GET /api/v1{path}", "khách gọi"),
        ("api", f"GET /api/v1{path}", None),
    ]


def test_the_account_is_closed_without_the_key(api: Api, billed: str):
    assert api.client.get(f"/api/v1/customers/{billed}/account").status_code == 401


def test_a_restricted_person_keeps_an_account_that_names_nobody(api: Api, billed: str):
    api.post("/privacy/restrict", {"customer_code": billed, "restricted": True, **BY})
    told = api.get(f"/customers/{billed}/account")
    assert told.status_code == 200
    assert phone("T11", 0) not in told.text
    assert "Nguyễn" not in told.text


def test_the_short_list_of_bills_stays_as_it_was(api: Api, billed: str):
    bills = api.get(f"/customers/{billed}").json["bills"]
    assert bills[0] == {"period": "2026-05", "kwh": 114, "total": 216_000, "paid": False, "due_at": "2026-06-12"}


def test_what_is_kept_of_a_person_includes_the_account(api: Api, billed: str):
    (told,) = api.post("/privacy/export", {"customer_code": billed, **BY}).json["accounts"]
    assert told["meters"][0]["number"] == "19001"
    assert told["readings"][0]["from"] == "2026-05-01"
    assert told["invoices"][0]["number"] == "HD14"
    assert told["payments"][0]["reference"] == "GD13.1"


def test_erasing_a_person_keeps_the_invoices_and_says_so(api: Api, billed: str):
    erased = api.post("/privacy/erase", {"customer_code": billed, **BY}).json
    assert any("hóa đơn" in kept for kept in erased["kept"])
    assert len(api.get(f"/customers/{billed}/account").json["invoices"]) == 13
