"""The API's doors: key, documents, health, paging, problem documents, hostile input."""

from __future__ import annotations

import itertools
import json
import random
import re
from typing import Any
from urllib.parse import quote

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from care.api import LARGEST_BODY, add_api
from care.database import Database
from care.wired import Care
from tests.care.conftest import KEY, REPORT, Api

LISTS = ("/tickets", "/outages", "/customers")
HOSTILE: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "😀" * 50,
    "x" * 20_000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%s %(a)s {0}",
    [],
    [[]],
    {},
    {"a": {"b": []}},
    "Ðà Nẵng",
    "2026-13-45",
]


def test_no_way_in_without_the_key(api: Api) -> None:
    paths = (*LISTS, "/services", "/centres", "/hotlines", "/tickets/YC00000000")
    said = (None, "", "Bearer", "Bearer wrong", f"Basic {KEY}", "Bearer khóa", KEY)
    for path, header in itertools.product(paths, said):
        headers = {} if header is None else {"Authorization": header.encode().decode("latin1")}
        answer = api.client.get(f"/api/v1{path}", headers=headers)
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


def test_no_app_without_a_key(care: Care) -> None:
    with pytest.raises(ValueError, match="CARE_API_KEY"):
        add_api(APIFlask("care"), care, "")


def test_documents_and_health_need_no_key(api: Api) -> None:
    for path in ("/docs", "/healthz", "/readyz", "/metrics"):
        assert api.client.get(path).status_code == 200
    document: dict[str, Any] = json.loads(api.client.get("/openapi.json").data)
    assert set(document["paths"]) >= {
        "/api/v1/tickets",
        "/api/v1/tickets/{code}",
        "/api/v1/tickets/{code}/transitions",
        "/api/v1/tickets/status-check",
        "/api/v1/outages",
        "/api/v1/customers/{code}",
        "/api/v1/services",
        "/api/v1/centres",
        "/api/v1/hotlines",
    }
    operations = [one for path in document["paths"].values() for one in path.values() if isinstance(one, dict)]
    assert all(one["security"] == [{"BearerAuth": []}] for one in operations)
    used = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert used <= set(document["components"]["schemas"])
    refusals = [r for one in operations for status, r in one["responses"].items() if status >= "400"]
    assert all(list(refusal["content"]) == ["application/problem+json"] for refusal in refusals)
    assert not [path for path in document["paths"] if "health" in path]


def test_metrics_count_calls_and_tickets(api: Api) -> None:
    api.filed()
    told = api.client.get("/metrics").text
    assert 'care_tickets_total{outcome="new",service="REPORT_OUTAGE"}' in told
    assert 'route="/api/v1/tickets"' in told


def test_the_catalogue_is_served_whole(api: Api) -> None:
    services = {one["id"]: one for one in api.items("/services")}
    assert len(services) >= 38
    assert services["TRANSFER_SUBJECT"]["sla"][0] == {
        "value": 2,
        "unit": "working_days",
        "when": "sinh hoạt",
        "fits": {"purpose": ["residential"]},
        "source": "DVCQG_10341",
        "confidence": "confirmed",
    }
    assert "Giấy tờ tùy thân" in services["NEW_LV_RES"]["documents"][0]["vi"]
    assert api.get("/services/REPORT_OUTAGE").json == services["REPORT_OUTAGE"]
    assert api.get("/services/NOPE").status_code == 404
    assert sum(len(one["provinces"]) for one in api.items("/centres")) == 34
    assert api.items("/hotlines")[0]["numbers"] == ["1558"]


BAD_QUERIES: list[dict[str, Any]] = [
    {"limit": 0},
    {"limit": 501},
    {"limit": "many"},
    {"limit": 10**30},
    {"cursor": "x"},
    {"cursor": "bnVsbA"},
    {"cursor": "é"},
    {"cursor": "WyJcdTAwMDAiXQ"},
    {"colour": "red"},
    {"phone": "abc"} | {"kind": "dark"},
]


@pytest.mark.parametrize("path", LISTS)
def test_a_bad_query_is_a_problem(api: Api, path: str) -> None:
    for query in BAD_QUERIES:
        answer = api.get(path, **query)
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json"), query
        assert {"type", "title", "status", "detail"} <= set(json.loads(answer.data))


def test_other_errors_of_http_are_problems_too(api: Api) -> None:
    for answer, status in (
        (api.client.get("/nothing"), 404),
        (api.client.delete("/api/v1/tickets", headers=api.headers), 405),
        (api.client.post("/api/v1/tickets", data=b"{", headers=api.headers), 400),
        (api.client.post("/api/v1/tickets", data=b"\xff\xfe", headers=api.headers), 400),
        (api.client.post("/api/v1/tickets", data=b"[" * 100_000, headers=api.headers), 400),
        (api.client.post("/api/v1/tickets", data=b" " * (LARGEST_BODY + 1), headers=api.headers), 413),
        (api.client.post("/api/v1/tickets", data=b"", headers=api.headers), 400),
        (api.post("/tickets", []), 422),
        (api.post("/tickets", "text"), 422),
        (api.post("/tickets", {}), 422),
    ):
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_hostile_values_never_break_a_post(api: Api) -> None:
    plan = {"kind": "planned", "area": "a", "province": "Huế", "reason": "b"}
    plan |= {"starts_at": "2026-06-01T01:00:00Z", "ends_at": "2026-06-01T02:00:00Z"}
    fields = ("conversation_id", "customer_code", "details", "priority", "by", "extra")
    for name in (*REPORT, *fields):
        for value in HOSTILE:
            assert api.post("/tickets", REPORT | {name: value}).status_code in (200, 201, 400, 422), (name, value)
    for part in ("text", "street", "ward", "province", "lat", "lon", "other"):
        for value in HOSTILE:
            status = api.post("/tickets", REPORT | {"address": {part: value}}).status_code
            assert status in (200, 201, 400, 422), (part, value)
    for name in (*plan, "stations", "wards", "status", "centre"):
        for value in HOSTILE:
            assert api.post("/outages", plan | {name: value}).status_code in (201, 400, 422), (name, value)


def test_hostile_values_never_break_a_look_up(api: Api) -> None:
    code = api.filed()["code"]
    names = ("code", "phone", "customer_code", "service", "status", "conversation_id", "created_after", "cursor")
    outage = ("customer_code", "station", "ward", "province", "street", "from_", "to", "at", "kind", "status")
    for value in [str(one)[:300].encode("utf8", "replace").decode() for one in HOSTILE]:
        for path, filters in (("/tickets", names), ("/outages", outage), ("/customers", ("phone", "province"))):
            for name in filters:
                assert api.get(path, **{name: value}).status_code in (200, 422), (path, name, value)
        assert api.patch(f"/tickets/{code}", {"description": value}).status_code in (200, 422)
        assert api.post(f"/tickets/{code}/transitions", {"to": value, "note": value}).status_code == 422
        assert api.get(f"/customers/{quote(value, safe='')}x").status_code == 404
        asked = {"code": value, "last_three": value, "asker": "1"}
        assert api.post("/tickets/status-check", asked).status_code in (404, 422, 429)


def test_what_is_stored_comes_back_harmless_and_normal(api: Api) -> None:
    nasty = '<b>\'; DROP TABLE care.ticket; --</b> /affirm{"x":"y"}'
    ticket = api.filed(description=nasty, contact_name="Tra\u0302\u0300n Hoà\x07")
    assert ticket["description"] == nasty
    assert ticket["contact_name"] == "Trần Hòa"


def test_a_database_that_is_gone_is_a_503() -> None:
    database = Database("postgresql://postgres@/nowhere?host=/nowhere")
    app = APIFlask("care")
    add_api(app, Care(database=database), KEY)
    api = Api(app.test_client())
    answer = api.get("/tickets")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert api.client.get("/readyz").status_code == 503
    assert api.client.get("/healthz").status_code == 200
    assert len(api.items("/services")) >= 38


def test_connections_cut_by_a_restart_are_replaced(api: Api, session: Any) -> None:
    api.filed()
    for _ in range(3):
        cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
        session.execute(text(f"{cut} AND pid <> pg_backend_pid()"))
        assert api.get("/tickets").status_code == 200


def test_garbage_bytes_never_break_it(api: Api) -> None:
    draw = random.Random(1)
    for _ in range(200):
        data = draw.randbytes(draw.randint(0, 200))
        answer = api.client.post("/api/v1/tickets", data=data, headers=api.headers)
        assert answer.status_code in (400, 422)
