"""The spine with an echo engine, at the room's own door: messages in and processed per second.

Processes, not only threads, as the product runs: one Python has one core at most.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

from apps.migrate import migrate
from apps.postgres import running
from conversations import Answer, Content, Database, Inbound, Turn, Turns, take_in

PROCESSES = 2
THREADS = 8


class Echo:
    """Answers at once."""

    def reply(self, turn: Turn) -> Answer:
        return Answer((Content(text=turn.content.text),))


def _in_threads(work, count: int) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _store(url: str, process: int, count: int, prefix: str, start: Barrier) -> None:
    db = Database(url, pool_size=THREADS)
    start.wait()

    def some(thread: int) -> None:
        for n in range(count // THREADS):
            key = f"{prefix}-{process}-{thread}-{n}"
            now = datetime.now(UTC)
            take_in(db, [Inbound("zalo", "oa", key, key, Content(text="mat dien roi"), now)])

    _in_threads(some, THREADS)
    db.close()


def _work(url: str, _process: int, most: int, _prefix: str, start: Barrier) -> None:
    db = Database(url, pool_size=THREADS)
    start.wait()
    turns = Turns(db, Echo())
    left = threading.Semaphore(most)

    def some(_thread: int) -> None:
        while left.acquire(blocking=False) and turns.work_once():
            pass

    _in_threads(some, THREADS)
    turns.close()
    db.close()


def _timed(target, url: str, count: int, prefix: str) -> float:
    """Messages per second of `count` messages spread over the processes."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES + 1)
    jobs = [context.Process(target=target, args=(url, n, count // PROCESSES, prefix, start)) for n in range(PROCESSES)]
    for job in jobs:
        job.start()
    start.wait()  # imports are not the spine's
    began = time.monotonic()
    for job in jobs:
        job.join()
    return count / (time.monotonic() - began)


def measure(waiting: int, count: int = 4_000) -> tuple[float, float]:
    """(messages in per second, messages processed per second) with `waiting` messages in the queue."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        _timed(_store, cluster.url, max(waiting - count, 0), "wait")
        taken_in = _timed(_store, cluster.url, count, "in")
        return taken_in, _timed(_work, cluster.url, count, "work")


def main() -> None:
    print("spine, echo engine, no HTTP (python -m bench.spine)", flush=True)
    for waiting in (4_000, 100_000):
        taken_in, processed = measure(waiting)
        print(f"  {waiting:>7} waiting: {taken_in:6.0f} messages/s in, {processed:6.0f} processed/s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
