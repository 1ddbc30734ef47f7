"""Errors as RFC 9457 problem documents; what a customer reads of them is Vietnamese, from `web/texts.yml`."""

from __future__ import annotations

import json

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from channels.web_texts import texts
from conversations import DatabaseAway

DRAINED_AT_MOST = 64 * 1024 * 1024
PIECE = 64 * 1024


def problem(status: int, key: str, headers: dict[str, str] | None = None) -> Response:
    """A problem document whose `detail` is the sentence called `key`."""
    body = {"type": "about:blank", "title": key.replace("_", " "), "status": status, "detail": texts().errors[key]}
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, mimetype="application/problem+json")


def install(app: Flask) -> None:
    """Turn every known error of the app into a problem document."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(DatabaseAway, _database_away)


def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        _drain(request)
    key = f"http_{status}" if f"http_{status}" in texts().errors else "http_other"
    answer = problem(status, key)
    if status == 405:
        answer.headers.extend(error.get_headers())
        answer.content_type = "application/problem+json"
    return answer


def _database_away(_: DatabaseAway) -> Response:
    return problem(503, "http_503", {"Retry-After": "5"})


def _drain(request: Request) -> None:
    """Read what a client still sends: closing on it would break its connection before it reads our answer.

    Only for bodies refused by their announced length, of which nothing has been read: reading past the end would wait.
    """
    stream, left = request.environ["wsgi.input"], min(request.content_length or 0, DRAINED_AT_MOST)
    while left > 0:
        piece = stream.read(min(PIECE, left))
        if not piece:
            return
        left -= len(piece)
