"""/healthz, /readyz and /metrics, without a key."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from care.api import metrics
from care.api.calls import wired

bp = APIBlueprint("health", __name__, enable_openapi=False)


@bp.get("/healthz")
def alive() -> Response:
    """The process lives."""
    return Response("alive\n", content_type="text/plain")


@bp.get("/readyz")
def ready() -> Response:
    """All it needs (the database) answers."""
    if wired().database.ready():
        return Response("ready\n", content_type="text/plain")
    return Response("not ready: database\n", 503, content_type="text/plain")


@bp.get("/metrics")
def show_metrics() -> Response:
    """Prometheus' text format."""
    return metrics.exposition()
