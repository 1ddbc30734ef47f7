"""gunicorn's gevent worker with patience that ends: too many connections are refused in words, slow ones are dropped.

gunicorn itself limits only the time for the headers (`--keep-alive`); a body may trickle for ever there, a reader may
stop reading, and with all places taken a new connection is left without an answer.
"""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import gevent
from gunicorn.workers.ggevent import GeventWorker

if TYPE_CHECKING:
    from settings import Settings

BODY_PER_S = 20_000  # a second more for each so many bytes of a body
SEND_BUFFER = 64 * 1024  # of a reader that does not read
BUSY_S = 5


class Places:
    """Who is connected to one process: in all at most `most`, from one address at most `per_address` (0: no limit)."""

    def __init__(self, most: int, per_address: int) -> None:
        self._most = most
        self._per_address = per_address
        self._taken: Counter[str] = Counter()
        self._all = 0

    def take(self, address: str) -> bool:
        """Whether there is a place; given back by `leave`."""
        if self._all >= self._most or (self._per_address and self._taken[address] >= self._per_address):
            return False
        self._all += 1
        self._taken[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Give the place back."""
        self._all -= 1
        self._taken[address] -= 1
        if not self._taken[address]:
            del self._taken[address]


class HurriedBody:
    """A request's body that must have come within a time; `late` is raised for one that has not."""

    def __init__(self, body: Any, patience_s: float, late: Callable[[], Exception]) -> None:
        self._body = body
        self._give_up_at = time.monotonic() + patience_s
        self._late = late
        self.overdue = False

    def read(self, *size: int) -> bytes:
        """As a file's."""
        return bytes(self._hurried(self._body.read, *size))

    def readline(self, *size: int) -> bytes:
        """As a file's."""
        return bytes(self._hurried(self._body.readline, *size))

    def readlines(self, *size: int) -> list[bytes]:
        """As a file's."""
        return list(self)  # a hint of how many is only a hint

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def _hurried(self, read: Callable[..., Any], *size: int) -> Any:
        if self.overdue:
            raise self._late()
        try:
            with gevent.Timeout(max(0.001, self._give_up_at - time.monotonic()), _Overdue):
                return read(*size)
        except (_Overdue, TimeoutError):
            self.overdue = True
            raise self._late() from None


class _Overdue(Exception):
    """The body's time is over."""


class GatewayWorker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """`gunicorn -k apps.gateway_worker.GatewayWorker`."""

    def init_process(self) -> None:
        """Open files for every connection, then as gevent's worker."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        super().init_process()

    def load_wsgi(self) -> None:
        """The app, and what refusals need: nothing of ours may be loaded before gevent has patched the library."""
        super().load_wsgi()
        from werkzeug.exceptions import RequestTimeout

        from channels.web_texts import texts
        from settings import load

        self._late = RequestTimeout
        self._busy = _busy(texts().errors["http_503"])
        settings = load()
        self._places = _places(settings)
        self._stalled_s, self._body_s = settings.gateway_stalled_s, settings.gateway_body_s

    def handle(self, listener: Any, client: socket.socket, addr: Any) -> None:
        """One connection from its first byte to its end."""
        address = addr[0] if isinstance(addr, tuple) else ""
        if not self._places.take(address):
            self._refuse(client)
            return
        try:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            super().handle(listener, client, addr)
        finally:
            self._places.leave(address)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        """One request; ends the connection (StopIteration, as gunicorn does) when its body came too slowly."""
        body = req.body = HurriedBody(req.body, self._body_s + _length(req.headers) / BODY_PER_S, self._late)
        sock.settimeout(self._stalled_s)
        try:
            super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:  # a reader that does not read
            raise StopIteration from None
        finally:
            sock.settimeout(None)  # between two requests gunicorn keeps the time
        if body.overdue:
            raise StopIteration

    def _refuse(self, client: socket.socket) -> None:
        with contextlib.closing(client), contextlib.suppress(OSError):
            client.settimeout(1.0)
            client.sendall(self._busy)
            client.shutdown(socket.SHUT_WR)
            client.recv(65536)  # closing on what was sent would take our answer back


def _places(settings: Settings) -> Places:
    # Behind a proxy every connection comes from the proxy's address.
    per_address = 0 if settings.trusted_proxies else settings.gateway_connections_per_address
    return Places(settings.gateway_connections, per_address)


def _busy(detail: str) -> bytes:
    document = {"type": "about:blank", "title": "http 503", "status": 503, "detail": detail}
    body = json.dumps(document, ensure_ascii=False).encode()
    head = (
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
        f"Retry-After: {BUSY_S}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _length(headers: list[tuple[str, str]]) -> int:
    told = next((value for name, value in headers if name == "CONTENT-LENGTH"), "0")
    return min(int(told), 8 * 1024 * 1024) if told.isascii() and told.isdigit() else 0
