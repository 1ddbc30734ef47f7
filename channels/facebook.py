"""Facebook Messenger: the handshake, verifying webhooks, reading their batches. Pure.

Echoes, receipts, edits, reactions and what another app owns (`standby`) are acknowledged and ignored.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from channels.accounts import FIRST_PAGE, FacebookAccount
from channels.base import Capabilities, Courtesy, Webhook, part, words
from channels.errors import Forged, Malformed
from channels.facebook_sending import CAN, FacebookSender, messages
from channels.wording import clean, says_something
from conversations import Attachment, Content, Database, Inbound, Location, Sender

log = structlog.get_logger(__name__)

NAME = "facebook"
REPLY_WINDOW = CAN.window or timedelta()
GET_STARTED = "GET_STARTED"
KINDS = {"image", "audio", "video", "file", "sticker"}
LINKS = {"fallback", "reel", "post"}


class Facebook:
    """The channel: every configured page behind one webhook address."""

    name = NAME
    can: Capabilities = CAN

    def __init__(self, accounts: Sequence[FacebookAccount], graph_url: str) -> None:
        self._accounts = list(accounts)
        self._graph_url = graph_url

    def verify(self, webhook: Webhook) -> Sequence[str]:
        """Pages of the app that signed it."""
        header = webhook.headers.get("X-Hub-Signature-256", "").strip()
        ours = [account for account in self._accounts if signed(account.app_secret, webhook.body, header)]
        if not ours:
            raise Forged("wrong or missing signature")
        return [account.name for account in ours]

    def parse(self, webhook: Webhook, accounts: Sequence[str]) -> list[Inbound]:
        """What a batch asks us to store, oldest first; raises Malformed."""
        return parse(webhook.event, accounts)

    def courtesies(self, webhook: Webhook, accounts: Sequence[str]) -> list[Courtesy]:
        """None yet."""
        return []

    def greet(self, query: Mapping[str, str]) -> str:
        """The challenge of the handshake, when it knows one of our verify tokens."""
        told = query.get("hub.verify_token", "").encode()
        known = [hmac.compare_digest(account.verify_token.encode(), told) for account in self._accounts]
        if query.get("hub.mode") != "subscribe" or not any(known):
            raise Forged("wrong verify token")
        return query.get("hub.challenge", "")

    def render(self, content: Content) -> list[dict[str, Any]]:
        """See `Channel`."""
        return messages(content)

    def senders(self, db: Database, read: Callable[[str], bytes | None]) -> dict[str, Sender]:
        """One sender per page; pages keep nothing in the database."""
        return {account.name: FacebookSender(account, self._graph_url) for account in self._accounts}


def signed(app_secret: str, body: bytes, header: str) -> bool:
    """Whether `header` is `sha256=` and the HMAC-SHA256 of the raw body under the app's secret."""
    expected = "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.encode("utf8", "replace"))


def parse(body: Mapping[str, Any], pages: Sequence[str]) -> list[Inbound]:
    """Everything customers did in a batch, in the order of its timestamps.

    A deed that names no person or no message id can't be kept: it is left out when others of its batch can, else the
    whole batch is Malformed, so that Facebook does not believe we have it.
    """
    if body.get("object") != "page":
        return []
    found: list[Inbound] = []
    broken = 0
    for page, event in _events(body):
        account = page if page in pages else FIRST_PAGE
        if account not in pages:
            log.warning("event of a page that no account names", page=page)
            continue
        try:
            inbound = _parse_event(event, account)
        except Malformed:
            broken += 1
            continue
        found += [inbound] if inbound else []
    if broken and not found:
        raise Malformed("no event of the batch names its sender and message")
    return sorted(found, key=lambda each: each.sent_at)


def _events(body: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    entries = body.get("entry")
    if not isinstance(entries, list):
        raise Malformed("no list of entries")
    for entry in entries:
        if not isinstance(entry, dict):
            raise Malformed("an entry is not an object")
        messaging = entry.get("messaging", [])
        if not isinstance(messaging, list) or not all(isinstance(event, dict) for event in messaging):
            raise Malformed("messaging is not a list of objects")
        for event in messaging:
            yield words(entry, "id"), event


def _parse_event(event: Mapping[str, Any], account: str) -> Inbound | None:
    message, postback = event.get("message"), event.get("postback")
    if message is None and postback is None:
        return None
    if isinstance(message, dict):
        if message.get("is_echo"):
            return None
        return _inbound(event, account, words(message, "mid"), _said(message))
    if isinstance(postback, dict):
        payload, title = words(postback, "payload"), clean(words(postback, "title"))
        key = words(postback, "mid") or _digest(event)
        return _inbound(event, account, key, Content(text=title or None, payload=payload or None))
    raise Malformed("message or postback is not an object")


def _inbound(event: Mapping[str, Any], account: str, message_id: str, content: Content) -> Inbound:
    user = words(part(event, "sender"), "id")
    if not (user and message_id):
        raise Malformed("no sender or no message id")
    stamp = event.get("timestamp")
    known = isinstance(stamp, int) and 0 < stamp < 10**14
    sent_at = datetime.fromtimestamp(stamp / 1000, UTC) if known else datetime.now(UTC)  # type: ignore[operator]  # known: an int
    return Inbound(
        channel=NAME,
        account=account,
        user_id=user,
        platform_message_id=message_id,
        content=content,
        sent_at=sent_at,
        reply_until=sent_at + REPLY_WINDOW,
        kind="greet" if content.payload == GET_STARTED else "message",
    )


def _digest(event: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()


def _said(message: Mapping[str, Any]) -> Content:
    text = clean(words(message, "text"))
    payload = words(part(message, "quick_reply"), "payload")
    sent = message.get("attachments")
    attachments, location = [], None
    for each in sent if isinstance(sent, list) else []:
        place = _location(each)
        location = place or location
        attachments += [] if place else [_attachment(each)]
    if not (says_something(text) or payload or attachments or location):
        attachments = [Attachment("unknown")]
    return Content(
        text=text if says_something(text) else None,
        payload=payload or None,
        attachments=tuple(attachments),
        location=location,
    )


def _attachment(each: object) -> Attachment:
    if not isinstance(each, dict):
        return Attachment("unknown")
    kind, payload = words(each, "type"), part(each, "payload")
    named = "link" if kind in LINKS else kind if kind in KINDS else "unknown"
    return Attachment(named, url=words(payload, "url") or words(each, "url"), name=clean(words(each, "title")))


def _location(each: object) -> Location | None:
    coordinates = part(part(each, "payload"), "coordinates") if isinstance(each, dict) else {}
    lat, lon = coordinates.get("lat"), coordinates.get("long")
    if not (isinstance(lat, int | float) and isinstance(lon, int | float)):
        return None
    on_earth = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
    return Location(float(lat), float(lon)) if on_earth else None
