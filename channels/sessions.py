"""Who a visitor of the web chat is: a random session id and a token that proves it.

A token is `<session id>.<generation>.<made at>`, signed with WEB_SECRET (HMAC-SHA256): a copy of the database opens no
conversation, and a new WEB_SECRET ends all sessions at once. A browser gives a key of its own at the opening; its tokens
then live a day, and a new one is had only with a proof by that key, which scripts can use but not read. So a token copied
out of a browser's storage is soon worth nothing. A client that gives no key gets a token that stays good until it is revoked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Request
from itsdangerous import BadSignature, Signer

from conversations import Access, Database, bind_access, find_access, next_generation

SHORTEST_SECRET = 16
KEY_BYTES = 32
CHANNEL = ACCOUNT = "web"
BOUND_TOKEN_LIVES = timedelta(days=1)
# Other tabs, and requests under way, may still hold the token before.
GRACE = timedelta(minutes=2)


@dataclass(frozen=True)
class Session:
    """A visitor whose token is good."""

    session_id: str
    conversation_id: int


@dataclass(frozen=True)
class Token:
    """What a token says, its signature checked; `made_at` is None in tokens of before there were generations."""

    session_id: str
    generation: int
    made_at: datetime | None


def is_good(token: Token, access: Access, now: datetime) -> bool:
    """Whether the token opens the conversation now. Pure."""
    if access.revoked:
        return False
    if access.key is None:
        return token.generation == access.generation
    if token.generation == access.generation - 1 and access.renewed_at is not None:
        return now - access.renewed_at < GRACE
    fresh = token.made_at is not None and now - token.made_at < BOUND_TOKEN_LIVES
    return token.generation == access.generation and fresh


def proof(key: bytes, token: str) -> str:
    """What only the holder of `key` can say about `token` (hex)."""
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()


def parse_key(told: object) -> bytes | None:
    """The browser's key, 32 bytes in base64; None for anything else."""
    if not isinstance(told, str) or len(told) > 2 * KEY_BYTES:
        return None
    try:
        key = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


class Sessions:
    """Opens sessions, recognises and renews them."""

    def __init__(self, secret: str, db: Database) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"WEB_SECRET needs at least {SHORTEST_SECRET} characters")
        self._signer = Signer(secret, salt="web-session", digest_method=hashlib.sha256)
        self._db = db

    def open(self) -> tuple[str, str]:
        """A new (session id, token); its conversation is the caller's to begin."""
        session_id = secrets.token_hex(16)
        return session_id, self._token(session_id, 0)

    def bind(self, conversation_id: int, key: bytes) -> None:
        """From now on the session's tokens are renewed with proofs by `key`."""
        bind_access(self._db, conversation_id, key)

    def of(self, request: Request) -> Session | None:
        """The session that the request's Bearer token proves; None when it proves none.

        Looked up each time: a token may be revoked, or outlive the database it was made for.
        """
        token = self._parsed(bearer(request))
        if token is None:
            return None
        access = find_access(self._db, CHANNEL, ACCOUNT, token.session_id)
        if access is None or not is_good(token, access, datetime.now(UTC)):
            return None
        return Session(token.session_id, access.conversation_id)

    def renewed(self, told: str, proven: str) -> tuple[str, str] | None:
        """(session id, the next token) for `told`, however old, and its proof; None when they don't fit.

        The token before the current one gets the current generation again: its answer was lost, or another tab was faster.
        """
        token = self._parsed(told)
        access = find_access(self._db, CHANNEL, ACCOUNT, token.session_id) if token else None
        if token is None or access is None or access.revoked or access.key is None:
            return None
        if not hmac.compare_digest(proof(access.key, told).encode(), proven.encode()):
            return None
        if token.generation not in (access.generation, access.generation - 1):
            return None
        if token.generation == access.generation:
            next_generation(self._db, access)
        return token.session_id, self._token(token.session_id, token.generation + 1)

    def _token(self, session_id: str, generation: int) -> str:
        made_at = int(datetime.now(UTC).timestamp())
        return self._signer.sign(f"{session_id}.{generation}.{made_at}").decode()

    def _parsed(self, told: str) -> Token | None:
        try:
            signed = self._signer.unsign(told.encode("utf8", "replace")).decode()
        except (BadSignature, UnicodeDecodeError):
            return None
        session_id, *rest = signed.split(".")
        if not rest:
            return Token(session_id, 0, None)
        generation, made_at = rest
        return Token(session_id, int(generation), datetime.fromtimestamp(int(made_at), UTC))


def bearer(request: Request) -> str:
    """The request's Bearer token; empty when it has none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
