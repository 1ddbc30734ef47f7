"""The web chat's live stream as server-sent events, resumable without a gap."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from typing import Any

from channels.media import MediaStore
from channels.web_messages import shown
from conversations import (
    Database,
    LiveEvent,
    LiveEvents,
    Subscription,
    all_messages,
    conversation_state,
    newest_message,
)

HEARTBEAT_S = 20.0


def stream(db: Database, live: LiveEvents, store: MediaStore, conversation: int, after: int | None) -> Iterator[str]:
    """Everything after message `after` (None: after the newest of now), then what happens, until the reader leaves
    or has opened too many newer streams of the same conversation.

    Subscribed before the first look into the table: what is committed between the two is seen by at least one of them,
    and `last` keeps it from being shown twice.
    """
    with live.subscribe(conversation) as happening:
        last = newest_message(db, conversation) if after is None else after
        yield "retry: 2000\n\n"
        yield _told("handover", {"state": conversation_state(db, conversation)})
        event: LiveEvent | None = LiveEvent("message")
        while True:
            if event is None:
                yield ": still here\n\n"
            elif event.name in ("revoked", "over", "crowded"):
                return
            elif event.name == "message":
                for message in all_messages(db, conversation, last):
                    last = message.id
                    yield _told("message", shown(message, store), message.id)
            else:
                yield _told(event.name, event.data)
            event = _next(happening)


def _next(happening: Subscription) -> LiveEvent | None:
    try:
        return happening.get(timeout=HEARTBEAT_S)
    except queue.Empty:
        return None


def _told(name: str, data: dict[str, Any], event_id: int | None = None) -> str:
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
