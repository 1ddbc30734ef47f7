"""How a stand-in misbehaves on order: what goes wrong with requests, and with the webhooks it sends. Drawn from a seed."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Literal

# busy, broken: refused before anything was taken. lost, cut: taken, but the answer never comes or breaks off half-way.
# slow: taken and answered late.
Trouble = Literal["", "slow", "busy", "broken", "lost", "cut"]


@dataclass
class Mischief:
    """Shares between 0 and 1. `skew_s` is how far the platform's clock in its webhooks goes ahead of ours."""

    slow: float = 0.0
    busy: float = 0.0
    broken: float = 0.0
    lost: float = 0.0
    cut: float = 0.0
    repeated: float = 0.0
    reordered: float = 0.0
    slow_s: float = 0.5
    held_back_s: float = 1.0
    skew_s: float = 0.0
    seed: int = 1
    _dice: random.Random = field(init=False, repr=False)
    _lock: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def with_request(self) -> Trouble:
        """What goes wrong with the next request."""
        troubles: tuple[Trouble, ...] = ("slow", "busy", "broken", "lost", "cut")
        shares = [getattr(self, name) for name in troubles]
        with self._lock:
            return self._dice.choices([*troubles, ""], [*shares, max(0.0, 1 - sum(shares))])[0]

    def with_webhook(self) -> list[float]:
        """After how many seconds the next webhook is delivered, once or twice."""
        with self._lock:
            times = 2 if self._dice.random() < self.repeated else 1
            return [self.held_back_s if self._dice.random() < self.reordered else 0.0 for _ in range(times)]
