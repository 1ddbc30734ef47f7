"""Who a visitor of the web chat is: a random session id and a token that proves it.

The token is the session id signed with WEB_SECRET (HMAC-SHA256), so there is no table of tokens to fill, to clean up or
to leak: a copy of the database opens no conversation, every gateway can check a token by itself, and a new WEB_SECRET
ends all sessions at once. A single session can't be ended before its browser forgets it; nothing here needs that.
"""

from __future__ import annotations

import hashlib
import secrets

from flask import Request
from itsdangerous import BadSignature, Signer

SHORTEST_SECRET = 16


class Sessions:
    """Opens sessions and recognises them."""

    def __init__(self, secret: str) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"WEB_SECRET needs at least {SHORTEST_SECRET} characters")
        self._signer = Signer(secret, salt="web-session", digest_method=hashlib.sha256)

    def open(self) -> tuple[str, str]:
        """A new (session id, token)."""
        session_id = secrets.token_hex(16)
        return session_id, self._signer.sign(session_id).decode()

    def of(self, request: Request) -> str | None:
        """The session id that the request's Bearer token proves; None when it proves none."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            return self._signer.unsign(token.strip().encode("utf8", "replace")).decode()
        except (BadSignature, UnicodeDecodeError):
            return None
