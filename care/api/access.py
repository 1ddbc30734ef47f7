"""The API key: Bearer CARE_API_KEY, compared in constant time."""

from __future__ import annotations

import hmac

from apiflask import HTTPTokenAuth
from flask import Flask, current_app

ROLE = "care-api"
EXTENSION = "care_api_key"

AUTH = HTTPTokenAuth(scheme="Bearer", description="The CARE_API_KEY of this installation")


def register(app: Flask, key: str) -> None:
    """Give the app its key; raises ValueError for an empty one, which would let everybody in."""
    if not key:
        raise ValueError("CARE_API_KEY is not set")
    app.extensions[EXTENSION] = key.encode()


@AUTH.verify_token  # type: ignore[untyped-decorator]  # APIFlask leaves it untyped
def _role(token: str | None) -> str | None:
    wanted: bytes = current_app.extensions[EXTENSION]
    return ROLE if hmac.compare_digest((token or "").encode("utf8", "replace"), wanted) else None


def let_in() -> None:
    """Before every view of /api/v1: reached with the right key only."""
