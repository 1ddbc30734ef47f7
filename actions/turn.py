"""What the customer said in this turn, read once from Rasa's tracker."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker

# The engine says itself when it doubts (config.yml); this is for one that does not.
UNSURE = 0.45
# How often a turn is tried before the customer hears that care is down: it may just be restarting.
LAST_TRY = 4
FILE_KINDS = frozenset({"image", "gif", "file"})
PAYLOAD = re.compile(r"[a-z_]+(;[a-z_]+=[^;=]+)*")


@dataclass(frozen=True)
class SentFile:
    """A picture or document of a customer's message, to be fetched at `url` for a while."""

    url: str
    name: str


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
    files: tuple[SentFile, ...]
    album: str
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
        files=_files(meta.get("attachments") or ()),
        album=str(meta.get("album") or ""),
        now=now,
    )


def pressing(turn: Turn, payload: str) -> Turn:
    """The turn as if a button of this payload had been pressed instead."""
    return replace(turn, intent=payload.split(";")[0], text="", pressed=True, picked=_carried(payload))


def _files(sent: Iterable[dict[str, Any]]) -> tuple[SentFile, ...]:
    """What a ticket can hold. A link is only an address that the customer chose: it is never followed."""
    kept = (one for one in sent if one.get("kind") in FILE_KINDS and str(one.get("url", "")).startswith("http"))
    return tuple(SentFile(str(one["url"]), str(one.get("name") or "")) for one in kept)


def _wishes(listed: list[dict[str, Any]] | None) -> tuple[tuple[str, float], ...]:
    return tuple((one["name"], float(one["confidence"])) for one in listed or ())


def _is_payload(text: str, intent: dict[str, Any]) -> bool:
    """A shown button's payload; a customer who types the bare word `help` means the same."""
    certain = float(intent.get("confidence") or 0.0) >= 1.0
    return certain and text.split(";")[0] == intent.get("name") and bool(PAYLOAD.fullmatch(text))


def _carried(payload: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in payload.split(";")[1:] if "=" in part)
