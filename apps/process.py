"""What worker, delivery and jobs have in common: loops that run until SIGTERM, beside a health port."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence

from apps import health, logs
from conversations import Database, WorkLoop
from settings import Settings


def run_loops(settings: Settings, db: Database, loops: Sequence[WorkLoop], port: int) -> None:
    """Run `loops` and answer health questions on `port`; returns after SIGTERM or SIGINT, with work finished."""
    logs.configure(settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def ready() -> bool:
        return db.ready() and all(loop.listening.is_set() for loop in loops)

    server = health.serve(settings.bind_host, port, ready)
    for loop in loops:
        loop.start()
    stop.wait()
    for loop in loops:
        loop.stop()
    server.shutdown()
    db.close()
