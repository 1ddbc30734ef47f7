"""Which other sites may read the web chat's API: the origins of WEB_ALLOWED_ORIGINS ("*" for every one)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}


def allow_origins(doors: Blueprint, origins: Sequence[str]) -> None:
    """Answer the browsers' questions for every route of `doors`. Tokens travel in a header, so no credentials."""

    @doors.after_request
    def name_origin(answer: Response) -> Response:
        origin = request.headers.get("Origin", "")
        answer.vary.add("Origin")
        if origin and (origin in origins or "*" in origins):
            answer.headers["Access-Control-Allow-Origin"] = origin
            if request.method == "OPTIONS":
                answer.headers.update(PREFLIGHT)
            answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return answer
