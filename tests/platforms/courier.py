"""Brings a stand-in's webhooks to the product, again after growing pauses while it does not answer 200."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Sequence

import requests


class Courier:
    """`deliver(body, retry)` is one try and gives the HTTP status; `pauses` are the seconds before each further one."""

    def __init__(self, deliver: Callable[[bytes, int], int], pauses: Sequence[float], threads: int = 2) -> None:
        self._deliver = deliver
        self._pauses = pauses
        self._due: list[tuple[float, int, bytes, int]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._open = True
        self._under_way = 0
        self.given_up: list[bytes] = []
        self.late_s = 0.0  # how long a first delivery had to wait for the others, at worst
        for _ in range(threads):
            threading.Thread(target=self._work, name="courier", daemon=True).start()

    def put(self, body: bytes, after_s: float = 0.0, retry: int = 0) -> None:
        """Deliver `body` in a moment; returns at once."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + after_s, next(self._order), body, retry))
            self._changed.notify()

    def close(self) -> None:
        """Deliver nothing more."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def drained(self, timeout_s: float) -> bool:
        """Whether everything was delivered within this time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._under_way, timeout_s)

    def _work(self) -> None:
        while (next_one := self._next()) is not None:
            body, retry = next_one
            try:
                taken = self._deliver(body, retry) == requests.codes.ok
            except requests.RequestException:
                taken = False
            if not taken and retry < len(self._pauses):
                self.put(body, self._pauses[retry], retry + 1)
            elif not taken:
                self.given_up.append(body)
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def _next(self) -> tuple[bytes, int] | None:
        with self._changed:
            while self._open:
                wait_s = self._due[0][0] - time.monotonic() if self._due else None
                if wait_s is not None and wait_s <= 0:
                    _, _, body, retry = heapq.heappop(self._due)
                    self.late_s = max(self.late_s, -wait_s if retry == 0 else 0.0)
                    self._under_way += 1
                    return body, retry
                self._changed.wait(wait_s)
            return None
