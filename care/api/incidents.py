"""/api/v1/incidents"""

from __future__ import annotations

from flask import Response

from care.api.calls import blueprint, shown, wired
from care.incidents import desk
from care.incidents.shapes import IncidentGiven, IncidentPage, IncidentQuery, Merge, Reopen, Split

bp = blueprint("incidents")


@bp.get("/incidents")
@bp.input(IncidentQuery, location="query")
@bp.output(IncidentPage)
@bp.doc(summary="Incidents, newest first")
def list_incidents(query_data: IncidentQuery) -> Response:
    """Cause, expected end and restoration of an incident are changed through `PATCH /outages/{code}`."""
    return shown(desk.incident_page(wired(), query_data))


@bp.get("/incidents/<code>")
@bp.output(IncidentGiven)
@bp.doc(summary="One incident with its history", responses=[404])
def get_incident(code: str) -> Response:
    """404 when there is no such incident."""
    return shown(desk.incident_by_code(wired(), code))


@bp.post("/incidents/<code>/merge")
@bp.input(Merge, example={"other": "MD12345678", "by": "Trực ban", "note": "cùng một xuất tuyến"})
@bp.output(IncidentGiven)
@bp.doc(summary="Take another incident in", responses=[404, 409])
def merge(code: str, json_data: Merge) -> Response:
    """409 when one of the two is over; the other one is cancelled and says where it went."""
    return shown(desk.merge(wired(), code, json_data))


@bp.post("/incidents/<code>/split")
@bp.input(Split, example={"stations": ["TBA00001"], "by": "Trực ban"})
@bp.output(IncidentGiven)
@bp.doc(summary="Make an incident of some of the stations", responses=[404, 409])
def split(code: str, json_data: Split) -> Response:
    """Answers the new incident; reports and tickets of its stations go with it."""
    return shown(desk.split(wired(), code, json_data))


@bp.post("/incidents/<code>/reopen")
@bp.input(Reopen, example={"by": "Trực ban", "note": "khách hàng vẫn mất điện"})
@bp.output(IncidentGiven)
@bp.doc(summary="Power was not back after all", responses=[404, 409])
def reopen(code: str, json_data: Reopen) -> Response:
    """The incident goes on from its first beginning; 409 when it is not over."""
    return shown(desk.reopen(wired(), code, json_data))
