"""Zalo official accounts: verifying webhooks and reading their events (OA API v3). Pure.

Unknown event names are acknowledged and ignored; an unknown kind of *message* is kept and answered.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.accounts import ZaloAccount
from channels.base import Capabilities, Courtesy, Webhook, part, words
from channels.errors import Forged, Malformed
from channels.wording import clean, national, says_something
from channels.zalo_sending import CAN, ZaloAddresses, ZaloSender, messages
from conversations import Attachment, Content, Database, Inbound, Location, Sender

NAME = "zalo"
REPLY_WINDOW = CAN.window or timedelta()
SIGNATURE = re.compile(r"mac=([0-9a-f]{64})", re.IGNORECASE)
KINDS = {"image", "gif", "audio", "video", "file", "sticker", "link"}
OPENS_CHAT = {"follow", "user_click_chatnow"}


class Zalo:
    """The channel: every configured official account behind one webhook address."""

    name = NAME
    can: Capabilities = CAN

    def __init__(self, accounts: Sequence[ZaloAccount], addresses: ZaloAddresses) -> None:
        self._accounts = {account.app_id: account for account in accounts}
        self._addresses = addresses

    def verify(self, webhook: Webhook) -> Sequence[str]:
        """See `Channel`."""
        signature = SIGNATURE.fullmatch(webhook.headers.get("X-ZEvent-Signature", "").strip())
        if signature is None:
            raise Forged("no signature")
        event = webhook.event  # the signed text takes two fields from inside the body
        account = self._accounts.get(words(event, "app_id"))
        if account is None or not signed(account, webhook.body, words(event, "timestamp"), signature[1]):
            raise Forged("wrong app or signature")
        return [account.name]

    def parse(self, webhook: Webhook, accounts: Sequence[str]) -> list[Inbound]:
        """See `Channel`."""
        inbound = parse(webhook.event, webhook, accounts[0])
        return [inbound] if inbound else []

    def courtesies(self, webhook: Webhook, accounts: Sequence[str]) -> list[Courtesy]:
        """Zalo has none."""
        return []

    def greet(self, query: Mapping[str, str]) -> str:
        """Zalo documents no challenge; one that comes all the same is echoed."""
        challenge = query.get("hub.challenge", "")
        return challenge if re.fullmatch(r"[\w.-]{0,200}", challenge) else ""

    def render(self, content: Content) -> list[dict[str, Any]]:
        """See `Channel`."""
        return messages(content)

    def senders(self, db: Database, read: Callable[[str], bytes | None]) -> dict[str, Sender]:
        """One sender per official account."""
        return {name: ZaloSender(account, self._addresses, db) for name, account in self._accounts.items()}


def signed(account: ZaloAccount, body: bytes, timestamp: str, signature: str) -> bool:
    """Whether `signature` is Zalo's: plain SHA-256 (not HMAC) of app id, raw body, timestamp and the OA secret key."""
    told = account.app_id.encode() + body + timestamp.encode("utf8", "replace") + account.oa_secret_key.encode()
    return hmac.compare_digest(hashlib.sha256(told).hexdigest(), signature.lower())


def parse(event: Mapping[str, Any], webhook: Webhook, account: str) -> Inbound | None:
    """The customer's deed in `event`, or None when there is nothing to store.

    Raises Malformed for a deed that can't be kept, because nobody is named as its author.
    """
    name = words(event, "event_name")
    if name in OPENS_CHAT:
        return _inbound(event, webhook, account, Content(), "greet")
    if name == "user_withdraw":
        return _inbound(event, webhook, account, Content(), "withdraw")
    if name == "user_submit_info":
        return _inbound(event, webhook, account, _submitted(part(event, "info")), "message")
    if name.startswith("user_send_"):
        return _inbound(event, webhook, account, _said(name, part(event, "message")), "message")
    return None


def _inbound(event: Mapping[str, Any], webhook: Webhook, account: str, content: Content, kind: str) -> Inbound:
    user = words(part(event, "sender", "follower"), "id") or words(event, "user_id")
    if not user:
        raise Malformed("the event names no sender")
    sent_at = _moment(words(event, "timestamp")) or webhook.received_at
    return Inbound(
        channel=NAME,
        account=account,
        user_id=user,
        platform_message_id=words(part(event, "message"), "msg_id") or hashlib.sha256(webhook.body).hexdigest(),
        content=content,
        sent_at=sent_at,
        reply_until=sent_at + REPLY_WINDOW,
        kind=kind,  # type: ignore[arg-type]  # one of the three words above
    )


def _moment(milliseconds: str) -> datetime | None:
    if not (milliseconds.isascii() and milliseconds.isdigit() and len(milliseconds) <= 14):
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _said(event_name: str, message: Mapping[str, Any]) -> Content:
    text = clean(words(message, "text"))
    sent = message.get("attachments")
    attachments, location = [], None
    for each in sent if isinstance(sent, list) else []:
        payload = part(each, "payload") if isinstance(each, dict) else {}
        place = _location(part(payload, "coordinates"))
        if place:
            location = place
        elif phone := _card_phone(payload):
            text = f"{text} {phone}".strip()
        else:
            attachments.append(_attachment(each, payload))
    if not (says_something(text) or attachments or location):
        attachments = [Attachment("unknown", name=event_name.removeprefix("user_send_"))]
    return Content(text=text if says_something(text) else None, attachments=tuple(attachments), location=location)


def _attachment(each: object, payload: Mapping[str, Any]) -> Attachment:
    kind = words(each, "type") if isinstance(each, dict) else ""
    name = clean(words(payload, "name") or words(payload, "title"))
    return Attachment(kind if kind in KINDS else "unknown", url=words(payload, "url"), name=name)


def _location(coordinates: Mapping[str, Any]) -> Location | None:
    try:
        lat, lon = float(coordinates["latitude"]), float(coordinates["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    on_earth = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
    return Location(lat, lon) if on_earth else None


def _card_phone(payload: Mapping[str, Any]) -> str:
    """The phone on a shared business card, whose description is JSON text."""
    try:
        card = json.loads(words(payload, "description"))
    except (ValueError, RecursionError):
        return ""
    return national(words(card, "phone")) if isinstance(card, dict) else ""


def _submitted(info: Mapping[str, Any]) -> Content:
    """What the contact form holds, as one line of text; two shapes are in use."""
    full = part(info, "full_address")
    place = [info.get("address"), info.get("ward"), info.get("district"), info.get("city")]
    newer = [full.get("user_address"), full.get("user_ward"), full.get("user_city")]
    told = [info.get("name"), national(words(info, "phone")), *place, *newer]
    line = ", ".join(clean(str(each)).strip() for each in told if isinstance(each, str | int) and str(each).strip())
    return Content(text=line) if line else Content(attachments=(Attachment("unknown", name="info"),))
