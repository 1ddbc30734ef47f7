"""Keeping leases alive while a slow turn or send runs, so that a lease may be short and a dead worker's taken over soon."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from conversations.database import Database
from conversations.errors import DatabaseAway

log = structlog.get_logger(__name__)


class LeaseKeeper:
    """Renews this process's leases every third of their length, by `statement`; dies with the process, and so do they."""

    def __init__(self, db: Database, lease_s: float, statement: str = "renew_leases") -> None:
        self._db = db
        self._statement = statement
        self._lease_s = lease_s
        self._held: dict[uuid.UUID, int] = {}
        self._lock = threading.Lock()
        self._some = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def holding(self, lease: uuid.UUID, conversation_id: int) -> Iterator[None]:
        """Keep `lease` for the length of the block."""
        with self._lock:
            self._held[lease] = conversation_id
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew, name="leases", daemon=True)
                self._thread.start()
        self._some.set()
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(lease, None)

    def close(self) -> None:
        """Stop renewing."""
        self._stopping.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join(2)

    def _renew(self) -> None:
        while True:
            self._some.wait()
            self._some.clear()
            while not self._stopping.wait(self._lease_s / 3):
                with self._lock:
                    held = dict(self._held)
                if not held:
                    break
                try:
                    self._db.execute(
                        self._statement, {"leases": list(held), "ids": list(held.values()), "lease_s": self._lease_s}
                    )
                except DatabaseAway as error:
                    log.warning("leases not renewed", error=str(error)[:200])
            if self._stopping.is_set():
                return
