"""What the customer said in this turn, read once from Rasa's tracker."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker

# The engine says itself when it doubts (config.yml); this is for one that does not.
UNSURE = 0.45
# How often a turn is tried before the customer hears that care is down: it may just be restarting.
LAST_TRY = 4
PAYLOAD = re.compile(r"[a-z_]+(;[a-z_]+=[^;=]+)*")


@dataclass(frozen=True)
class Turn:
    """One message: typed words, or what a pressed button carried, or neither (picture, location)."""

    text: str
    intent: str
    confidence: float
    unsure: bool
    wishes: tuple[tuple[str, float], ...]
    ranking: tuple[tuple[str, float], ...]
    picked: dict[str, str]
    pressed: bool
    message_id: str
    conversation_id: str
    channel: str
    state: str
    location: tuple[float, float] | None
    attachments: tuple[str, ...]
    tries: int
    now: datetime

    @property
    def wordless(self) -> bool:
        """A picture, sticker or location without words."""
        return not self.text.strip() and not self.pressed


def read_turn(tracker: Tracker, now: datetime) -> Turn:
    """The turn in `tracker.latest_message`; `now` is aware."""
    latest: dict[str, Any] = tracker.latest_message
    meta: dict[str, Any] = latest.get("metadata") or {}
    intent = latest.get("intent") or {}
    text = latest.get("text") or ""
    pressed = _is_payload(text, intent)
    where = meta.get("location") or None
    return Turn(
        text="" if pressed else text,
        intent=intent.get("name") or "out_of_scope",
        confidence=float(intent.get("confidence") or 0.0),
        unsure=bool(latest.get("unsure", float(intent.get("confidence") or 0.0) < UNSURE)),
        wishes=_wishes(latest.get("wishes")),
        ranking=_wishes(latest.get("intent_ranking")),
        picked=_carried(text) if pressed else {},
        pressed=pressed,
        message_id=str(meta.get("message_id") or latest.get("message_id") or ""),
        conversation_id=str(meta.get("conversation_id") or tracker.sender_id),
        channel=meta.get("channel") or "web",
        state=meta.get("state") or "bot",
        location=(float(where["lat"]), float(where["lon"])) if where else None,
        tries=int(meta.get("tries") or LAST_TRY),
        attachments=tuple(str(a.get("kind", "file")) for a in meta.get("attachments") or ()),
        now=now,
    )


def pressing(turn: Turn, payload: str) -> Turn:
    """The turn as if a button of this payload had been pressed instead."""
    return replace(turn, intent=payload.split(";")[0], text="", pressed=True, picked=_carried(payload))


def _wishes(listed: list[dict[str, Any]] | None) -> tuple[tuple[str, float], ...]:
    return tuple((one["name"], float(one["confidence"])) for one in listed or ())


def _is_payload(text: str, intent: dict[str, Any]) -> bool:
    """A shown button's payload; a customer who types the bare word `help` means the same."""
    certain = float(intent.get("confidence") or 0.0) >= 1.0
    return certain and text.split(";")[0] == intent.get("name") and bool(PAYLOAD.fullmatch(text))


def _carried(payload: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in payload.split(";")[1:] if "=" in part)
