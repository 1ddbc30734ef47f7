"""Work that is due by the clock, in the shape of a work loop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

TIMERS = "timers"


class Timer:
    """Does `job` every `every_s` seconds, once at a time in this process. Safe to run in several processes only when
    the job itself is."""

    def __init__(self, job: Callable[[], object], every_s: float) -> None:
        self._job = job
        self._every_s = every_s
        self._due_at = time.monotonic()
        self._lock = threading.Lock()

    def work_once(self) -> bool:
        """Do the job when it is due; never more to do at once."""
        with self._lock:
            if time.monotonic() < self._due_at:
                return False
            self._due_at = time.monotonic() + self._every_s
        self._job()
        return False

    def next_in_s(self) -> float:
        """Seconds until the job is due."""
        return max(0.0, self._due_at - time.monotonic())
