"""Small calls that a customer feels at once, made beside the request that asked for them; lost without harm.

One thread and a short queue: when a platform is slow or a storm comes in, courtesies are dropped, not messages.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable

import requests
import structlog

from channels.base import Courtesy

log = structlog.get_logger(__name__)

MOST_WAITING = 100
PATIENCE_S = (2.0, 5.0)


class Courtesies:
    """Makes calls in the background; the thread starts with the first."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Courtesy] = queue.Queue(MOST_WAITING)
        self._session = requests.Session()
        self._lock = threading.Lock()
        self._started = False

    def offer(self, courtesies: Iterable[Courtesy]) -> None:
        """Make these calls soon, or not at all; returns at once."""
        for each in courtesies:
            self._start()
            try:
                self._waiting.put_nowait(each)
            except queue.Full:
                return

    def _start(self) -> None:
        with self._lock:
            if not self._started:
                self._started = True
                threading.Thread(target=self._serve, name="courtesies", daemon=True).start()

    def _serve(self) -> None:
        while True:
            call = self._waiting.get()
            try:
                self._session.post(call.url, json=call.body, timeout=PATIENCE_S, allow_redirects=False)
            except requests.RequestException as error:
                log.info("courtesy not made", kind=type(error).__name__)  # the address may hold a token
