"""/api/v1/reliability and /api/v1/quality"""

from __future__ import annotations

from flask import Response

from care.api.calls import blueprint, shown, wired
from care.reliability.figures import quality, reliability
from care.reliability.shapes import QualityList, QualityQuery, ReliabilityList, ReliabilityQuery

bp = blueprint("figures")


@bp.get("/reliability")
@bp.input(ReliabilityQuery, location="query")
@bp.output(ReliabilityList)
@bp.doc(summary="SAIDI, SAIFI and CAIDI of a month")
def show_reliability(query_data: ReliabilityQuery) -> Response:
    """After IEEE 1366, planned outages and incidents together; interruptions of five minutes or less are left out."""
    room = wired()
    with room.database.transaction() as session:
        return shown(ReliabilityList(items=reliability(session, query_data.month, room.now(), query_data.by)))


@bp.get("/quality")
@bp.input(QualityQuery, location="query")
@bp.output(QualityList)
@bp.doc(summary="How requests of a month were served")
def show_quality(query_data: QualityQuery) -> Response:
    """By centre and service: how many, the share answered in time, the median time."""
    with wired().database.transaction() as session:
        return shown(QualityList(items=quality(session, query_data.month)))
