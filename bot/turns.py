"""One turn as the worker sends it, checked, and its answer as the worker reads it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.events import BotUttered, Event

from bot.history import erases
from bot.pictures import draw

LONGEST_TEXT = 4_000
_PARTS = ("location", "attachments", "album", "state", "sent_at", "channel", "tries")


class BadTurn(ValueError):
    """The request is not a turn; the message says why."""


@dataclass(frozen=True)
class Turn:
    """One message of a customer: words, or a button's payload, or neither (a picture, a place, a sticker)."""

    conversation_id: str
    message_id: str
    channel: str
    text: str
    payload: str | None
    metadata: dict[str, Any]
    bare: bool  # no words at all, but something else was sent


def read_turn(body: object) -> Turn:
    """Check a request's JSON; raises BadTurn."""
    if not isinstance(body, Mapping):
        raise BadTurn("the body is not a JSON object")
    conversation_id, message_id = _identifier(body, "conversation_id"), _identifier(body, "message_id")
    text, payload = _words(body, "text"), _words(body, "payload")
    metadata = {name: body.get(name) for name in _PARTS}
    metadata.update(conversation_id=conversation_id, message_id=message_id)
    if not isinstance(body.get("attachments") or [], list) or not isinstance(body.get("location") or {}, Mapping):
        raise BadTurn("attachments must be a list, location an object")
    text = _clean(text or "")
    return Turn(
        conversation_id=conversation_id,
        message_id=message_id,
        channel=str(body.get("channel") or "web"),
        text=text,
        payload=payload or None,
        metadata=metadata,
        bare=not text.strip() and bool(body.get("attachments") or body.get("location")),
    )


def read_payload(payload: str) -> tuple[str, list[dict[str, Any]]]:
    """`intent;entity=value;…` as intent and entities."""
    intent, *pairs = payload.split(";")
    entities = []
    for pair in pairs:
        entity, equals, value = pair.partition("=")
        if equals and entity:
            entities.append({"entity": entity.strip(), "value": value, "start": 0, "end": 0, "extractor": "button"})
    return intent.strip(), entities


def parsed(intent: str, entities: list[dict[str, Any]], text: str, confidence: float = 1.0) -> dict[str, Any]:
    """Parse data in the shape the language components give, for a message they need not read."""
    wish = {"name": intent, "confidence": confidence}
    return {
        "text": text,
        "intent": dict(wish),
        "entities": entities,
        "wishes": [wish],
        "intent_ranking": [dict(wish)],
        "unsure": confidence == 0.0,
        "normalized": "",
    }


def answer(events: Iterable[Event]) -> dict[str, Any]:
    """The worker's answer: what the bot said, in order, pictures drawn, whether a person is wanted, and
    whether all that was said before is to be forgotten."""
    replies: list[dict[str, Any]] = []
    handover: dict[str, Any] | None = None
    erase = False
    for event in events:
        if not isinstance(event, BotUttered):
            continue
        buttons = [
            {"title": button["title"], "payload": button["payload"]} for button in event.data.get("buttons") or []
        ]
        if event.text or buttons:
            replies.append({"text": event.text or "", "buttons": buttons})
        custom = event.data.get("custom") or {}
        if custom.get("picture"):
            replies.append({"text": "", "buttons": [], "picture": _drawn(custom["picture"])})
        erase = erase or erases(event)
        wanted = custom.get("handover")
        if wanted:
            handover = {"reason": wanted.get("reason"), "phone": wanted.get("phone")}
    return {"replies": replies, "handover": handover, "erase": erase}


def _drawn(picture: Mapping[str, Any]) -> dict[str, str]:
    return {"name": str(picture.get("name", "")), "png": base64.b64encode(draw(picture)).decode()}


def _identifier(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or not 0 < len(str(value)) <= 200:
        raise BadTurn(f"{name} is missing")
    return str(value)


def _words(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise BadTurn(f"{name} is not a string")
    return value


def _clean(text: str) -> str:
    """What can be stored and read: no NUL, no half characters, not endless."""
    return text[:LONGEST_TEXT].replace("\x00", " ").encode("utf-8", "replace").decode()
