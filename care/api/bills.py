"""/api/v1/bills"""

from __future__ import annotations

from flask import Response

from care.api.calls import blueprint, shown, wired
from care.billing.estimate import estimate
from care.billing.shapes import EstimateAsked, EstimateGiven
from care.due import VIETNAM

bp = blueprint("bills")


@bp.post("/bills/estimate")
@bp.input(EstimateAsked, example={"kwh": 200, "tariff_group": "residential", "households": 1})
@bp.output(EstimateGiven)
@bp.doc(summary="What a bill comes to")
def estimate_bill(json_data: EstimateAsked) -> Response:
    """Groups: `residential`, `business`, `production`, `administrative`, `wholesale`, `tenants` and the finer ones of
    `GET /tariffs`. A part of a month scales the tiers' limits by days; a change of prices splits the use by days."""
    room = wired()
    return shown(estimate(room.catalogue.tariffs, json_data, room.now().astimezone(VIETNAM).date()))
