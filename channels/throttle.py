"""How fast one visitor may write or one address may ask: a bucket that refills. Pure; the clock is an argument.

Held by one gateway process: N processes allow up to N times as much, which still stops a flood
(docs/decisions/016-limits-live-in-the-process.md).
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
        bucket = self._bucket(visitor, now)
        if message_id in bucket.known:
            return 0
        wait_s = self._pour(bucket, now)
        if not wait_s:
            bucket.known[message_id] = None
            while len(bucket.known) > REMEMBERED:
                bucket.known.popitem(last=False)
        return wait_s

    def call_s(self, visitor: str, now: float) -> int:
        """The same for a call that is none of a message."""
        return self._pour(self._bucket(visitor, now), now)

    def _bucket(self, visitor: str, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(visitor, _Bucket(self._burst, now))
        self._buckets.move_to_end(visitor)
        while len(self._buckets) > self._visitors:
            self._buckets.popitem(last=False)
        return bucket

    def _pour(self, bucket: _Bucket, now: float) -> int:
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_s)
        bucket.at = now
        if bucket.left < 1:
            return math.ceil((1 - bucket.left) / self._per_s)
        bucket.left -= 1
        return 0
