"""A load client cheaper than what it measures: whole requests made beforehand, raw sockets, one selector."""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What came back: seconds from when each request was due to its answer, and the answers' status codes."""

    took: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which `share` of the answers came."""
        ordered = sorted(self.took)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class _Line:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self._got = b""

    def ask(self, request: bytes, due: float) -> None:
        self.due, self._got = due, b""
        self.socket.sendall(request)

    def answered(self) -> int | None:
        """The status once the answer is whole; raises ConnectionError when the server hung up."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("hung up")
        self._got += piece
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        return int(head[9:12]) if len(body) >= length else None


def pour(port: int, requests: Sequence[bytes], connections: int, per_second: float | None = None) -> Tally:
    """Send every request: as fast as the answers come, or when its time has come whether the others are answered or not
    (then waiting for a free connection counts as the server's time)."""
    tally = Tally()
    chosen = selectors.DefaultSelector()
    free = deque(_Line(port) for _ in range(connections))
    lines = list(free)
    for line in lines:
        chosen.register(line.socket, selectors.EVENT_READ, line)
    began = time.perf_counter()
    sent = done = 0
    while done < len(requests):
        now = time.perf_counter()
        while free and sent < len(requests):
            due = now if per_second is None else began + sent / per_second
            if due > now:
                break
            free.popleft().ask(requests[sent], due)
            sent += 1
        pause = None
        if per_second is not None and free and sent < len(requests):
            pause = max(0.0, began + sent / per_second - time.perf_counter())
        for key, _ in chosen.select(pause):
            line: _Line = key.data
            status = line.answered()
            if status is not None:
                tally.took.append(time.perf_counter() - line.due)
                tally.statuses[status] = tally.statuses.get(status, 0) + 1
                done += 1
                free.append(line)
    tally.seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    chosen.close()
    return tally
