"""The port between the gateway and a platform: what a webhook brings and what a channel makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from werkzeug.datastructures import Headers

from channels.errors import Malformed
from conversations import Database, Inbound, Sender


@dataclass(frozen=True)
class Webhook:
    """One delivery as it came: the raw `body` that was signed, `headers` (any case), when we got it (aware)."""

    body: bytes
    headers: Headers
    received_at: datetime


class Channel(Protocol):
    """One platform with all its accounts."""

    name: str

    def receive(self, webhook: Webhook) -> list[Inbound]:
        """Verify, then parse → what must be stored, in the platform's order; empty for what needs no answer.

        Raises Forged, Malformed.
        """

    def greet(self, query: Mapping[str, str]) -> str:
        """The body for the platform's GET on the webhook address (its handshake); raises Forged."""

    def senders(self, db: Database) -> dict[str, Sender]:
        """One sender per account name."""


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; raises Malformed for anything else, however hostile."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error
    if not isinstance(parsed, dict):
        raise Malformed("the body is not a JSON object")
    return parsed


def part(of: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The object under the first of `names` that holds one; empty when none does."""
    return next((of[name] for name in names if isinstance(of.get(name), dict)), {})


def words(of: Mapping[str, Any], name: str) -> str:
    """The text (or the number, as text) under `name`; empty when there is something else."""
    value = of.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
