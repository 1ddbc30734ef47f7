"""What a Zalo event says (OA API v3): a customer's deed, an aside, or nothing for us. Pure.

Unknown event names are nothing for us; an unknown kind of *message* is kept and answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.base import Webhook, part, words
from channels.errors import Malformed
from channels.reading import content, moment, place
from channels.wording import clean, national, plain_name
from channels.zalo_texts import texts
from conversations import Aside, Attachment, Content, Echo, Inbound, Left, Location, PersonWrote, Receipt

NAME = "zalo"
KINDS = {"image", "gif", "audio", "video", "file", "sticker", "link"}
OPENS_CHAT = {"follow", "user_click_chatnow"}
RECEIPTS = {"user_received_message": False, "user_seen_message": True}  # name → whether it was seen
LONGEST_STAMP = 14
ANONYMOUS = "anonymous/"  # a person without a Zalo account; then their id and the one of their talk


def inbound_of(event: Mapping[str, Any], webhook: Webhook, account: str, window: timedelta) -> Inbound | None:
    """The customer's deed in `event`, or None when there is nothing to store.

    Raises Malformed for a deed that can't be kept, because nobody is named as its author.
    """
    name = words(event, "event_name")
    told, kind = Content(), "message"
    if name in OPENS_CHAT:
        kind = "greet"
    elif name == "user_withdraw":
        kind = "withdraw"
    elif name == "user_submit_info":
        told = _submitted(part(event, "info"))
    elif name.startswith(("user_send_", "anonymous_send_")):
        told = _said(name, part(event, "message"))
    else:
        return None
    user = _author(name, event)
    if not user and name.startswith("anonymous_"):
        return None  # their shape is not documented: not worth Zalo's switching the webhook off
    if not user:
        raise Malformed("the event names no sender")
    sent_at = _at(event, webhook)
    return Inbound(
        channel=NAME,
        account=account,
        user_id=user,
        platform_message_id=words(part(event, "message"), "msg_id") or hashlib.sha256(webhook.body).hexdigest(),
        content=told,
        sent_at=sent_at,
        reply_until=sent_at + window,
        kind=kind,  # type: ignore[arg-type]  # one of the three words above
    )


def asides_of(event: Mapping[str, Any], webhook: Webhook, account: str) -> list[Aside]:
    """Receipts, who unfollowed, staff who answered in Zalo's own tool; reactions are nothing."""
    name, message = words(event, "event_name"), part(event, "message")
    at = _at(event, webhook)
    customer = words(part(event, "recipient"), "id")
    if name == "unfollow":
        gone = words(part(event, "follower", "sender"), "id")
        return [Left(NAME, account, gone, at, "unfollowed")] if gone else []
    if name in RECEIPTS and customer:
        ids = tuple(each for each in (words(message, "msg_id"), *_texts(message.get("msg_ids"))) if each)
        return [Receipt(NAME, account, customer, at, RECEIPTS[name], ids)] if ids else []
    if name.startswith("oa_send_") and _by_a_person(event) and customer:
        key = words(message, "msg_id") or hashlib.sha256(webhook.body).hexdigest()
        return [PersonWrote(NAME, account, customer, at, key, _said(name, message))]
    return []


def echoes_of(event: Mapping[str, Any], account: str) -> list[Echo]:
    """What we sent through the API; Zalo names us nowhere in it, so its words must do."""
    customer, message = words(part(event, "recipient"), "id"), part(event, "message")
    if not words(event, "event_name").startswith("oa_send_") or _by_a_person(event) or not customer:
        return []
    return [Echo(NAME, account, customer, words(message, "msg_id"), echo_key(message))]


def echo_key(message: Mapping[str, Any]) -> str:
    """What a message is known by in its echo, which carries no name of ours: a digest of its words, if any."""
    said = " ".join(clean(words(message, "text")).split())
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _by_a_person(event: Mapping[str, Any]) -> bool:
    return bool(words(event, "admin_id") or words(part(event, "sender"), "admin_id"))


def _at(event: Mapping[str, Any], webhook: Webhook) -> datetime:
    """Zalo's time of it, or ours when it tells none."""
    told = words(event, "timestamp")
    known = told.isascii() and told.isdigit() and len(told) <= LONGEST_STAMP
    return (moment(int(told), 1000) if known else None) or webhook.received_at


def _author(event_name: str, event: Mapping[str, Any]) -> str:
    user = words(part(event, "sender", "follower"), "id") or words(event, "user_id")
    if user and event_name.startswith("anonymous_"):
        return f"{ANONYMOUS}{user}/{words(part(event, 'message'), 'conversation_id')}"
    return user


def _texts(told: object) -> list[str]:
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) else []


def _said(event_name: str, message: Mapping[str, Any]) -> Content:
    text = clean(words(message, "text"))
    sent = message.get("attachments")
    attachments, location = [], None
    for each in sent if isinstance(sent, list) else []:
        payload = part(each, "payload") if isinstance(each, dict) else {}
        if pin := _location(part(payload, "coordinates")):
            location = pin
        elif phone := _card_phone(payload):
            text = f"{text} {phone}".strip()
        else:
            attachments.append(_attachment(each, payload))
    return content(text, attachments, location, otherwise=event_name.partition("_send_")[2])


def _attachment(each: object, payload: Mapping[str, Any]) -> Attachment:
    kind = words(each, "type") if isinstance(each, dict) else ""
    name = clean(words(payload, "name") or words(payload, "title"))
    return Attachment(kind if kind in KINDS else "unknown", url=words(payload, "url"), name=name)


def _location(coordinates: Mapping[str, Any]) -> Location | None:
    """Zalo writes degrees as text."""
    try:
        return place(float(coordinates["latitude"]), float(coordinates["longitude"]))
    except (KeyError, TypeError, ValueError):
        return None


def _card_phone(payload: Mapping[str, Any]) -> str:
    """The phone on a shared business card, whose description is JSON text."""
    try:
        card = json.loads(words(payload, "description"))
    except (ValueError, RecursionError):
        return ""
    return national(words(card, "phone")) if isinstance(card, dict) else ""


def _submitted(info: Mapping[str, Any]) -> Content:
    """What the contact form holds, as the customer could have typed it; two shapes are in use."""
    full = part(info, "full_address")
    older = [words(info, each) for each in ("address", "ward", "district", "city")]
    newer = [words(full, each) for each in ("user_address", "user_ward", "user_city")]
    told = {
        "name": plain_name(words(info, "name")),
        "phone": national(clean(words(info, "phone")).strip()),
        "address": ", ".join(said for each in (*older, *newer) if (said := clean(each).strip())),
    }
    sentences = texts().shared.model_dump()
    line = ", ".join(sentences[name].format(**told) for name, value in told.items() if value)
    return content(line, (), None, otherwise="info")
