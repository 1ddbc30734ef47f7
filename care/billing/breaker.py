"""A circuit breaker: what failed several times in a row is left alone for a while. Pure; `now` is an argument."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Breaker:
    """Opens after `failures` in a row; after `pause_s` lets one call through, whose outcome closes it or opens it again.

    `now` is in seconds of any clock that only grows. A let-through call that is never heard of again costs one more
    pause, not for ever.
    """

    failures: int = 5
    pause_s: float = 20.0
    _in_a_row: int = 0
    _shut_until: float | None = None

    def admits(self, now: float) -> bool:
        """Whether a call may be made now; a True when the pause is over is for this one caller only."""
        if self._shut_until is None:
            return True
        if now < self._shut_until:
            return False
        self._shut_until = now + self.pause_s
        return True

    def wait_s(self, now: float) -> float:
        """Seconds until a call may be made; 0 while closed."""
        return max(0.0, self._shut_until - now) if self._shut_until is not None else 0.0

    def succeeded(self) -> None:
        """A call was answered."""
        self._in_a_row, self._shut_until = 0, None

    def failed(self, now: float) -> None:
        """A call was not answered, or not as agreed."""
        self._in_a_row += 1
        if self._in_a_row >= self.failures:
            self._shut_until = now + self.pause_s
