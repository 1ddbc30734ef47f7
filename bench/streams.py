"""Thousands of open event streams on one gateway process: its memory, and how soon a message is on the stream.

No engine: a message is its customer's own, which the stream shows as well. Runs anywhere that lets a process open as many
files (`ulimit -n`).
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import selectors
import socket
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Iterator

import requests

from bench.stack import resident_mb
from bench.webhooks import Running, gateway, workers
from tests.product.copy import ROOT

STREAMS, MESSAGES, PER_SECOND = 2_000, 1_500, 50.0
MOST_MB, MOST_S = 300, 0.5


class Watcher:
    """One visitor with an open stream."""

    def __init__(self, port: int, token: str) -> None:
        self.token = token
        self.socket = socket.create_connection(("127.0.0.1", port))
        head = f"GET /web/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
        self.socket.sendall(head.encode())


class Streams:
    """All watchers, read by one thread; `seen` says when each awaited text was on its stream."""

    def __init__(self, watchers: list[Watcher]) -> None:
        self.seen: dict[str, float] = {}
        self.alive = 0
        self._chosen = selectors.DefaultSelector()
        for watcher in watchers:
            self._chosen.register(watcher.socket, selectors.EVENT_READ)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        while not self.stopping.is_set():
            for key, _ in self._chosen.select(0.2):
                piece = key.fileobj.recv(65536)  # type: ignore[union-attr]  # a socket
                if not piece:
                    self._chosen.unregister(key.fileobj)
                now = time.perf_counter()
                self.alive += piece.count(b"event: handover")
                for mark in piece.split(b"mark-")[1:]:
                    self.seen.setdefault(mark[:32].decode(), now)

    @property
    def open(self) -> int:
        """How many have not been hung up on."""
        return len(self._chosen.get_map())


def opened(at: Running, count: int) -> Iterator[Watcher]:
    """Visitors one after the other."""
    session = requests.Session()
    for _ in range(count):
        answer = session.post(f"http://127.0.0.1:{at.port}/web/sessions", json={}, timeout=30)
        assert answer.status_code == 201, answer.text
        yield Watcher(at.port, answer.json()["token"])


def chat(at: Running, streams: Streams, watchers: list[Watcher], count: int, per_second: float) -> list[float]:
    """Messages of visitors drawn by chance, at a steady pace → seconds from each one's post to its stream."""
    sent: dict[str, float] = {}
    session, draw, began = requests.Session(), random.Random(6), time.perf_counter()
    for n in range(count):
        time.sleep(max(0.0, began + n / per_second - time.perf_counter()))
        mark = uuid.uuid4().hex
        body = {"client_message_id": mark, "text": f"mark-{mark}"}
        head = {"Authorization": f"Bearer {draw.choice(watchers).token}"}
        sent[mark] = time.perf_counter()
        assert session.post(f"http://127.0.0.1:{at.port}/web/messages", json=body, headers=head, timeout=30).ok
    give_up_at = time.monotonic() + 30
    while len(streams.seen) < count and time.monotonic() < give_up_at:
        time.sleep(0.05)
    assert len(streams.seen) == count, f"{count - len(streams.seen)} messages never came"
    return [streams.seen[mark] - at_ for mark, at_ in sent.items()]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=STREAMS)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    asked = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print("open event streams on one gateway process, client on the same cores (python -m bench.streams)", flush=True)
    with gateway(ROOT, 1) as at:
        (worker,) = workers(at)
        before = resident_mb(worker)
        watchers = list(opened(at, asked.streams))
        streams = Streams(watchers)
        took = chat(at, streams, watchers, asked.messages, PER_SECOND)
        memory, slow = resident_mb(worker), statistics.quantiles(took, n=20)[-1]
        still = streams.open
        streams.stopping.set()
        streams.thread.join()
    print(
        f"  {still:,} of {asked.streams:,} open, {memory:.0f} MB ({before:.0f} MB before), {PER_SECOND:.0f} messages/s:"
        f" p50 {statistics.median(took) * 1000:.0f} ms, p95 {slow * 1000:.0f} ms, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return int(still < asked.streams or memory > MOST_MB or slow > MOST_S)


if __name__ == "__main__":
    sys.exit(main())
