"""/api/v1/wards"""

from __future__ import annotations

from flask import Response

from bot.vietnamese import Ward
from care.api.calls import blueprint, shown
from care.shapes import WardGiven, WardQuery, WardsGiven
from care.wards import asked_ward

bp = blueprint("wards")


@bp.get("/wards")
@bp.input(WardQuery, location="query")
@bp.output(WardsGiven)
@bp.doc(summary="Which ward of today a name means")
def find_ward(query_data: WardQuery) -> Response:
    """Old names are led to the wards of today; of a ward that was split, or a name that several provinces have, all are
    answered as `candidates` for the customer to choose from, never a guess."""
    asked = asked_ward(query_data.name, query_data.province)
    ward = _given(asked.ward) if asked.ward else None
    return shown(WardsGiven(ward=ward, candidates=[_given(one) for one in asked.candidates]))


def _given(ward: Ward) -> WardGiven:
    return WardGiven(name=ward.name, province=ward.province)
