"""Waking other processes after a commit, without making commits queue up.

NOTIFY inside a transaction takes a lock that holds all other notifying commits until its own is on disk. So it is sent
afterwards, by one background thread that folds the wishes of many commits into one; a wake-up lost in a crash only
delays a turn until the listener's next look at the clock.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from conversations.errors import DatabaseAway

TURNS = "conversation_turns"
DELIVERIES = "conversation_deliveries"
CALLBACKS = "conversation_callbacks"
FILES = "conversation_files"
DELETIONS = "conversation_deletions"
LIVE = "conversation_live"

STOP_PATIENCE_S = 10.0
GATHER_S = 0.004  # the first signal goes at once; under load those of the next moments go together


class Notifier:
    """Sends NOTIFY for one process; equal signals waiting together are sent once."""

    def __init__(self, notify: Callable[[Sequence[tuple[str, str]]], None]) -> None:
        self._notify = notify
        self._waiting: dict[tuple[str, str], None] = {}
        self._lock = threading.Lock()
        self._some = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def signal(self, topic: str, payload: str = "") -> None:
        """Wake `topic` soon; returns at once."""
        with self._lock:
            self._waiting[(topic, payload)] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._send, name="notifier", daemon=True)
                self._thread.start()
        self._some.set()

    def live(self, conversation_id: int, event: str, **data: Any) -> None:
        """Tell whoever watches a conversation that `event` (message, typing, handover) happened."""
        self.signal(LIVE, json.dumps({"conversation_id": conversation_id, "event": event, "data": data}))

    def stop(self) -> None:
        """Send what waits, then end the thread."""
        self._stopping.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join(STOP_PATIENCE_S)  # its connection must be back before the pool is closed

    def _send(self) -> None:
        while not self._stopping.is_set() or self._waiting:
            self._some.wait()
            self._some.clear()
            with self._lock:
                waiting, self._waiting = self._waiting, {}
            if not waiting:
                continue
            try:
                self._notify(list(waiting))
            except DatabaseAway:
                continue  # its listeners will look for themselves when it is back
            self._stopping.wait(GATHER_S)
