"""Live events: one LISTEN connection per process, handed out to whoever watches a conversation."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog

from conversations.signals import LIVE

log = structlog.get_logger(__name__)

MOST_WATCHERS = 8  # of one conversation: tabs, and connections whose end nobody has told us of
LOOK_UP_S = 1.0  # how often the listener looks whether it should end


@dataclass(frozen=True)
class LiveEvent:
    """`name` is message, typing, handover, forgotten, revoked (the reader may no longer see it) or over; `data` is empty for a
    message event (read the table). `crowded` asks a watcher to leave: one conversation has too many, and the oldest is most
    likely a connection that died."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)


Subscription = queue.SimpleQueue[LiveEvent]


class LiveEvents:
    """Events of this database for the watchers of one process."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("+psycopg", "")
        self._watchers: dict[int, list[Subscription]] = {}
        self._count = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def close(self) -> None:
        """End the listening thread and tell all watchers that nothing will come any more."""
        self._stopping.set()
        self._tell_all(LiveEvent("over"))
        if self._thread is not None:
            self._thread.join(2)

    @property
    def watching(self) -> int:
        """How many watch anything here."""
        return self._count

    @contextmanager
    def subscribe(self, conversation_id: int) -> Iterator[Subscription]:
        """A queue of the conversation's events from now on. After a lost connection a `message` event comes, so that
        watchers look into the table for what they missed."""
        mine: Subscription = queue.SimpleQueue()
        with self._lock:
            watchers = self._watchers.setdefault(conversation_id, [])
            watchers.append(mine)
            self._count += 1
            for crowding in watchers[:-MOST_WATCHERS]:
                crowding.put(LiveEvent("crowded"))
            if self._stopping.is_set():
                mine.put(LiveEvent("over"))
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="live", daemon=True)
                self._thread.start()
        try:
            yield mine
        finally:
            with self._lock:
                self._count -= 1
                left = [each for each in self._watchers[conversation_id] if each is not mine]
                if left:
                    self._watchers[conversation_id] = left
                else:
                    del self._watchers[conversation_id]

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {LIVE}")
                    self._tell_all(LiveEvent("message"))
                    while not self._stopping.is_set():
                        for note in connection.notifies(timeout=LOOK_UP_S):
                            self._tell(json.loads(note.payload))
            except psycopg.Error as error:
                log.warning("live events interrupted", error=str(error))
                self._stopping.wait(0.5)

    def _tell(self, note: dict[str, Any]) -> None:
        with self._lock:
            watchers = list(self._watchers.get(note["conversation_id"], ()))
        for watcher in watchers:
            watcher.put(LiveEvent(note["event"], note["data"]))

    def _tell_all(self, event: LiveEvent) -> None:
        with self._lock:
            watchers = [watcher for each in self._watchers.values() for watcher in each]
        for watcher in watchers:
            watcher.put(event)
