"""What web clients send, read before any refusal."""

from __future__ import annotations

import json

from flask import abort, request

LARGEST_BODY = 256 * 1024


def body() -> bytes:
    """The request's body: closing on a client that still sends would break its connection before it hears us."""
    request.max_content_length = LARGEST_BODY
    return request.get_data()


def parsed(raw: bytes) -> object:
    """The JSON in `raw`; anything else ends the request with 400."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        abort(400)
