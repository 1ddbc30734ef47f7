"""Prometheus metrics of the care API."""

from __future__ import annotations

import os
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

from care.idempotency import Answer

REQUESTS = Counter("care_requests_total", "Calls of the care API", ["method", "route", "status"])
SECONDS = Histogram("care_request_seconds", "Time to answer a call of the care API", ["method", "route"])
TICKETS = Counter("care_tickets_total", "Tickets filed, repeated or replayed", ["service", "outcome"])


def register(app: Flask) -> None:
    """Count and time every call but those for health and metrics."""

    @app.before_request
    def start() -> None:
        g.began = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        rule = request.url_rule.rule if request.url_rule else "unknown"
        if rule.startswith("/api/"):
            REQUESTS.labels(request.method, rule, str(response.status_code)).inc()
            SECONDS.labels(request.method, rule).observe(perf_counter() - g.began)
        return response


def count_ticket(service: str, answer: Answer) -> None:
    """One ticket filed, met again as an open one, or replayed by its key."""
    outcome = "replayed" if answer.replayed else "new" if answer.status == 201 else "repeated"
    TICKETS.labels(service, outcome).inc()


def exposition() -> Response:
    """All metrics, of all worker processes where PROMETHEUS_MULTIPROC_DIR joins them."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped there
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
