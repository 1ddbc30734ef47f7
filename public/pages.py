"""What every page of the room is made with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Response, json, make_response, render_template, request

from care.words import words_in
from conversations import caller_of

FOLDER = Path(__file__).parent
# Where a page that answers a form stands in the navigation.
TABS = {"/public/requests": "/gui-yeu-cau"}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def texts() -> Mapping[str, Any]:
    """Every sentence of the pages."""
    return words_in(FOLDER / "texts.yml")


def page(name: str, status: int = 200, **values: object) -> Response:
    """A page by its template; nothing in it may run or be framed."""
    here = TABS.get(request.path, request.path)
    answer = make_response(render_template(f"{name}.html", t=texts(), here=here, **values), status)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store" if request.method == "POST" else "no-cache"
    return answer


def asker() -> str:
    """Who asks, as far as a page without accounts can tell."""
    return f"page:{caller()}"


def caller() -> str:
    """The address of who asks, or its network."""
    return caller_of(request.remote_addr)


def json_sent() -> object:
    """The body's JSON; None for what is none, however deeply nested."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def json_answer(status: int, body: object, kind: str = "application/json") -> Response:
    """A body as JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=kind)


def problem(status: int, detail: str, **more: object) -> Response:
    """A problem document (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "detail": detail, **more}
    return json_answer(status, body, "application/problem+json")
