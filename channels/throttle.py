"""How fast one visitor may write: a bucket of messages that refills. Pure; the clock is an argument.

Held by one gateway process: N processes allow up to N times as much, which still stops a flood.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field

BURST = 20.0
REFILL_PER_S = 2.0
REMEMBERED = 64


@dataclass
class _Bucket:
    left: float
    at: float
    known: OrderedDict[str, None] = field(default_factory=OrderedDict)


class Throttle:
    """One bucket per visitor; the least recently seen are forgotten beyond `visitors`."""

    def __init__(self, burst: float = BURST, per_s: float = REFILL_PER_S, visitors: int = 50_000) -> None:
        self._burst = burst
        self._per_s = per_s
        self._visitors = visitors
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, visitor: str, message_id: str, now: float) -> int:
        """0 when the message may come in, else whole seconds to wait. A message seen before costs nothing: retries
        after a lost answer must not be punished."""
        bucket = self._buckets.setdefault(visitor, _Bucket(self._burst, now))
        self._buckets.move_to_end(visitor)
        while len(self._buckets) > self._visitors:
            self._buckets.popitem(last=False)
        if message_id in bucket.known:
            return 0
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_s)
        bucket.at = now
        if bucket.left < 1:
            return math.ceil((1 - bucket.left) / self._per_s)
        bucket.left -= 1
        bucket.known[message_id] = None
        while len(bucket.known) > REMEMBERED:
            bucket.known.popitem(last=False)
        return 0
