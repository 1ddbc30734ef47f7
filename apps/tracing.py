"""Every request of the gateway has an id: in its answer, and in every line that is logged on its way."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Histogram

from channels.throttle import Throttle

log = structlog.get_logger(__name__)

TOOK = Histogram("gateway_request_seconds", "Time to answer (streams: to their first byte)", ["route", "status"])
GIVEN_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")


def install(app: Flask, *, behind_proxy: bool) -> None:
    """Name, time and count every request; an id from outside is taken only from a proxy of ours."""
    said_of_busy = Throttle(burst=5, per_s=0.2)  # a saturated gateway has better things to do than to write

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        given = request.headers.get("X-Request-Id", "") if behind_proxy else ""
        g.request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        # A kept-alive connection is served by one greenlet: what the last request said of itself must go.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(answer: Response) -> Response:
        # By its rule: a path may hold a link that opens somebody's picture.
        route = request.url_rule.rule if request.url_rule else "unknown"
        took_s = time.monotonic() - g.began
        TOOK.labels(route, answer.status_code).observe(took_s)
        answer.headers["X-Request-Id"] = g.request_id
        if answer.status_code >= 500 and not (answer.status_code == 503 and said_of_busy.call_s("", time.monotonic())):
            log.error("not served", route=route, status=answer.status_code, took_ms=round(took_s * 1000))
        return answer
