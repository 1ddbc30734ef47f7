"""The port between the gateway and a platform: verify, parse, render, send; and what the platform can show.

docs/channels.md tells how a channel is added.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal, Protocol

from werkzeug.datastructures import Headers

from channels.errors import Malformed
from conversations import Aside, Content, Database, Echo, Inbound, Sender

# Payloads of buttons that ask the platform for the customer's own phone or place; they come last, and are left out where
# the platform has no such button.
SHARE_PHONE, SHARE_PLACE = "share_phone", "share_place"
SHARES = frozenset({SHARE_PHONE, SHARE_PLACE})
# The header of our own trial webhooks, which are no sign that the platform calls.
PROBE = "X-Channel-Probe"
# Begins the address of a file that we keep ourselves: who takes uploads gets its bytes, others a link for a while.
OWN_FILE = "media:"


@dataclass(frozen=True)
class Webhook:
    """One delivery as it came: the raw `body` that was signed, `headers` (any case), when we got it (aware)."""

    body: bytes
    headers: Headers
    received_at: datetime

    @cached_property
    def event(self) -> dict[str, Any]:
        """The JSON object in the body, read once; raises Malformed."""
        return parse_object(self.body)


@dataclass(frozen=True)
class Capabilities:
    """What a platform shows natively; the rest falls back to text. Lengths in characters after NFC, 0 means "none"."""

    text: int
    buttons: int
    title: int
    payload: int  # bytes of UTF-8
    pictures: Literal["by link", "uploaded"] = "by link"
    cards: int = 0
    card_buttons: int = 0
    typing: bool = False
    shares: frozenset[str] = frozenset()  # of SHARES
    window: timedelta | None = None  # for free answers, from the customer's last deed; None: for ever


@dataclass(frozen=True)
class Courtesy:
    """A call that the customer feels at once ("typing…", a pressed button let go); lost without harm.

    Not made where the bot will not answer the person called `to`; empty: it has nothing to do with an answer.
    """

    url: str
    body: dict[str, Any]
    to: str = ""


class Channel(Protocol):
    """One platform with all its accounts."""

    name: str
    can: Capabilities

    def verify(self, webhook: Webhook) -> Sequence[str]:
        """The names of the accounts that it may speak for; raises Forged, or Malformed when no signer can be read."""

    def parse(self, webhook: Webhook, accounts: Sequence[str]) -> list[Inbound]:
        """What must be stored, in the platform's order; empty for what needs no answer. Raises Malformed."""

    def echoes(self, webhook: Webhook, accounts: Sequence[str]) -> list[Echo]:
        """What the platform shows of messages that it took from us, which tells that they arrived. Raises Malformed."""

    def asides(self, webhook: Webhook, accounts: Sequence[str]) -> list[Aside]:
        """What it tells besides customers' deeds: receipts, who left, that staff answered elsewhere. Raises Malformed."""

    def courtesies(self, webhook: Webhook, accounts: Sequence[str]) -> list[Courtesy]:
        """What to call once a webhook is stored."""

    def greet(self, query: Mapping[str, str]) -> str:
        """The body for the platform's GET on the webhook address (its handshake); raises Forged."""

    def render(self, content: Content) -> list[dict[str, Any]]:
        """The platform's messages that show `content` within its limits; empty when there is nothing to show."""

    def senders(self, db: Database, read: Callable[[str], bytes | None]) -> dict[str, Sender]:
        """One sender per account name; `read` gives the bytes of a picture of ours, for platforms that take uploads."""


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
