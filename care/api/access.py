"""The API key: Bearer CARE_API_KEY, compared in constant time."""

from __future__ import annotations

import hmac

from apiflask import HTTPTokenAuth
from flask import Flask, current_app

ROLE, TRUSTED = "care-api", "confidential"
EXTENSION = "care_api_key"

AUTH = HTTPTokenAuth(scheme="Bearer", description="The CARE_API_KEY of this installation")


def register(app: Flask, key: str, confidential_key: str = "") -> None:
    """Give the app its keys; the second one, when there is one, also shows who reported in confidence.

    Raises ValueError for an empty key, which would let everybody in, and for two that are the same.
    """
    if not key:
        raise ValueError("CARE_API_KEY is not set")
    if key == confidential_key:
        raise ValueError("CARE_CONFIDENTIAL_KEY must not be the CARE_API_KEY")
    app.extensions[EXTENSION] = {ROLE: key.encode()}
    if confidential_key:
        app.extensions[EXTENSION][TRUSTED] = confidential_key.encode()


@AUTH.verify_token  # type: ignore[untyped-decorator]  # APIFlask leaves it untyped
def _role(token: str | None) -> str | None:
    keys: dict[str, bytes] = current_app.extensions[EXTENSION]
    given = (token or "").encode("utf8", "replace")
    fitting = [role for role, key in keys.items() if hmac.compare_digest(given, key)]
    return fitting[0] if fitting else None


def may_see_reporters() -> bool:
    """Whether the caller has the key of the role that sees who reported in confidence."""
    return bool(AUTH.current_user == TRUSTED)


def let_in() -> None:
    """Before every view of /api/v1: reached with the right key only."""
