"""/api/v1/outages"""

from __future__ import annotations

import shutil
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Response, request

from care import outage_search, outages
from care.api.calls import answered, blueprint, keyed_call, shown, wired
from care.incidents.following import follow
from care.incidents.shapes import Follow, Following
from care.schedules.importing import ImportGiven, import_schedule
from care.shapes import ImportQuery, OutageChange, OutageGiven, OutagePage, OutagePlan, OutageQuery

bp = blueprint("outages")
LARGEST_SCHEDULE = 64 * 1024 * 1024

PLAN = {
    "kind": "planned",
    "status": "approved",
    "area": "đường Trần Phú, phường Cái Khế, Cần Thơ",
    "stations": [],
    "wards": ["Cái Khế"],
    "province": "Cần Thơ",
    "starts_at": "2031-01-05T08:00:00+07:00",
    "ends_at": "2031-01-05T11:00:00+07:00",
    "reason": "bảo trì lưới điện",
}


@bp.get("/outages")
@bp.input(OutageQuery, location="query")
@bp.output(OutagePage)
@bp.doc(summary="Find outages, by start")
def list_outages(query_data: OutageQuery) -> Response:
    """By `customer_code`, by `ward` and `street` words (with or without accents and type word), by time.

    `from` and `to` keep outages that overlap them, `at` (`now` or a moment) those felt at that moment.
    """
    return shown(outage_search.outage_page(wired(), query_data))


@bp.post("/outages")
@bp.input(OutagePlan, example=PLAN)
@bp.output(OutageGiven, status_code=201)
@bp.doc(summary="Plan an outage or record an incident")
def plan_outage(json_data: OutagePlan) -> Response:
    """422 when it ends before it starts; `Idempotency-Key` as with tickets."""
    return answered(outages.plan_outage(wired(), json_data, keyed_call()))


@bp.get("/outages/<code>")
@bp.output(OutageGiven)
@bp.doc(summary="One outage", responses=[404])
def get_outage(code: str) -> Response:
    """404 when there is no such outage."""
    return shown(outage_search.outage_by_code(wired(), code))


@bp.patch("/outages/<code>")
@bp.input(OutageChange, example={"status": "postponed", "note": "mưa bão"})
@bp.output(OutageGiven)
@bp.doc(summary="Change an outage", responses=[404, 409])
def change_outage(code: str, json_data: OutageChange) -> Response:
    """What is named changes, the rest stays; each change is kept with who and why. 409 when the status may not follow the
    one before; the problem document lists what is `allowed`. An incident that is over goes on through its `reopen`."""
    return shown(outages.change_outage(wired(), code, json_data))


@bp.post("/outages/<code>/followers")
@bp.input(Follow, example={"conversation_id": "42"})
@bp.output(Following)
@bp.doc(summary="Let a conversation hear an outage's news", responses=[404])
def follow_outage(code: str, json_data: Follow) -> Response:
    """The same again changes nothing; `code` of the answer is the incident that took this one in, if one did."""
    return shown(Following(code=follow(wired(), code, json_data.conversation_id)))


@bp.post("/outages/import")
@bp.input(ImportQuery, location="query")
@bp.output(ImportGiven)
@bp.doc(summary="Import a schedule", responses=[413])
def import_outages(query_data: ImportQuery) -> Response:
    """The file itself is the body: CSV, Excel or JSON as the corporations publish it. Bad rows are listed, good ones taken."""
    with SpooledTemporaryFile(max_size=1_000_000) as file:
        shutil.copyfileobj(request.stream, file)
        file.seek(0)
        return shown(import_schedule(wired(), cast("IO[bytes]", file), query_data.centre, query_data.province or ""))


@bp.before_request
def _larger_files() -> None:
    if request.endpoint == "outages.import_outages":
        request.max_content_length = LARGEST_SCHEDULE
