"""Answers of the care API that change about never, kept for a while; an old one is better than none."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from actions.errors import CareDown


class Kept:
    """Keeps each answer `seconds` long; when care is down, the last one goes on counting."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._answers: dict[str, tuple[float, Any]] = {}

    def get(self, path: str, fetch: Callable[[str], Any]) -> Any:
        """The answer for `path`; raises CareDown when there never was one."""
        with self._lock:
            kept = self._answers.get(path)
        if kept is not None and self._clock() - kept[0] < self._seconds:
            return kept[1]
        try:
            answer = fetch(path)
        except CareDown:
            if kept is None:
                raise
            return kept[1]
        with self._lock:
            self._answers[path] = (self._clock(), answer)
        return answer
