"""Storing what comes in at the same time by one commit: while one batch is written, the next one gathers.

Each customer's message is still acknowledged only after its own commit. Alone, a message waits for nobody; in a storm a
batch costs little more than a message, and a database that slows down makes batches larger instead of queues longer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from conversations.database import Database
from conversations.errors import DatabaseAway
from conversations.intake import take_in
from conversations.model import Inbound, Taken

LARGEST_BATCH = 200
SLOW_S = 10.0
Store = Callable[[Sequence[Inbound], float], list[Taken]]


class Saturated(DatabaseAway):
    """So much waits for the database already that more would only be kept waiting; nothing was stored."""


@dataclass
class _Asked:
    """One request's messages on their way into the database."""

    inbounds: Sequence[Inbound]
    give_up_at: float
    settled: threading.Event = field(default_factory=threading.Event)
    taken: list[Taken] = field(default_factory=list)
    error: Exception | None = None


class Intake:
    """The way in for the requests of one process. `lanes` batches are written side by side; at most `waiting` requests
    wait, each at most `patience_s` for a database that is away."""

    def __init__(self, store: Store, lanes: int = 2, waiting: int = 1_000, patience_s: float = 8.0) -> None:
        self._store = store
        self._idle = lanes
        self._most_waiting = waiting
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._asked: list[_Asked] = []

    @property
    def waiting(self) -> int:
        """How many requests wait for the next batch."""
        return len(self._asked)

    def take(self, inbounds: Sequence[Inbound], patience_s: float | None = None) -> list[Taken]:
        """See `take_in`; raises Saturated at once when too much waits, DatabaseAway when patience ends."""
        wait_s = self._patience_s if patience_s is None else patience_s
        mine = _Asked(inbounds, time.monotonic() + wait_s)
        with self._lock:
            if len(self._asked) >= self._most_waiting:
                raise Saturated("too many requests wait for the database")
            self._asked.append(mine)
            begins = self._idle > 0
            if begins:
                self._idle -= 1
        if begins:
            # Not in this thread: it would be kept with other people's batches after its own.
            threading.Thread(target=self._write, name="intake", daemon=True).start()
        # A database that is slow is not away: what is being written is worth waiting for, and asking again costs more.
        if not mine.settled.wait(max(wait_s, SLOW_S)):
            raise DatabaseAway("not stored in time")
        if mine.error is not None:
            raise mine.error
        return mine.taken

    def _write(self) -> None:
        while batch := self._next():
            try:
                self._settle(batch)
            except Exception as error:  # whatever it is, the request that waits for it must hear of it
                self._fail(batch, error)

    def _next(self) -> list[_Asked]:
        with self._lock:
            batch, size = [], 0
            while self._asked and size < LARGEST_BATCH:
                batch.append(self._asked.pop(0))
                size += len(batch[-1].inbounds)
            if not batch:
                self._idle += 1
            return batch

    def _settle(self, batch: list[_Asked]) -> None:
        taken = self._store([i for asked in batch for i in asked.inbounds], _left_s(batch))
        for asked in batch:
            asked.taken, taken = taken[: len(asked.inbounds)], taken[len(asked.inbounds) :]
            asked.settled.set()

    def _fail(self, batch: list[_Asked], error: Exception) -> None:
        if len(batch) > 1 and not isinstance(error, DatabaseAway):
            for asked in batch:  # one of them is poison: the others must not suffer for it
                try:
                    self._settle([asked])
                except Exception as its_own:  # see _write
                    self._fail([asked], its_own)
            return
        for asked in batch:
            asked.error = error
            asked.settled.set()


def _left_s(batch: list[_Asked]) -> float:
    return max(0.0, max(asked.give_up_at for asked in batch) - time.monotonic())


def open_intake(db: Database, patience_s: float = 8.0) -> Intake:
    """The way into `db`."""
    return Intake(lambda inbounds, left_s: take_in(db, inbounds, left_s), patience_s=patience_s)
