"""Work that keeps a processor busy, done on a thread of its own so that the gateway's other visitors are served meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import TypeVar

import gevent
from gevent import monkey

T = TypeVar("T")

AT_ONCE = 2
_room = BoundedSemaphore(AT_ONCE)  # pictures in memory: each may take a hundred megabytes while it is drawn


def aside(work: Callable[[], T]) -> T:
    """`work()`, at most two at a time in this process; under gevent on a real thread, elsewhere right here."""
    with _room:
        if not monkey.is_module_patched("threading"):
            return work()
        result: T = gevent.get_hub().threadpool.apply(work)
        return result
