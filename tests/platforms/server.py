"""What the stand-ins share: a small HTTP server that records what it was asked and what a customer would see."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests


@dataclass(frozen=True)
class Shown:
    """One message as the customer sees it; `buttons` are (title, what a tap sends), `cards` the words on cards."""

    user: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    picture: str = ""
    cards: str = ""


@dataclass(frozen=True)
class Asked:
    """One request that reached the stand-in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        parsed = json.loads(self.body or b"{}")
        return parsed if isinstance(parsed, dict) else {}

    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class StandIn:
    """A platform on loopback. `now` is its clock (seconds); `faults` are answers given instead of its own rules
    to the next requests (None: its own rules)."""

    port: int = 0
    now: Callable[[], float] = time.time
    rate_per_minute: int = 4_000
    asked: list[Asked] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    faults: list[tuple[int, dict[str, Any]] | None] = field(default_factory=list)
    delay_s: float = 0.0

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._minute: tuple[int, int] = (0, 0)
        self.more = threading.Condition(self._lock)
        self._server: ThreadingHTTPServer | None = None

    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        """The platform's own rules."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> StandIn:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def respond(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        if self.delay_s:
            time.sleep(self.delay_s)
        with self._lock:
            self.asked.append(asked)
            fault = self.faults.pop(0) if self.faults else None
            return fault or self.answer(asked)

    def too_many(self) -> bool:
        """Count one more request in this minute of the clock."""
        minute = int(self.now() // 60)
        count = self._minute[1] + 1 if self._minute[0] == minute else 1
        self._minute = (minute, count)
        return count > self.rate_per_minute

    def show(self, shown: Shown) -> None:
        self.shown.append(shown)
        self.more.notify_all()

    def to(self, user: str) -> list[Shown]:
        with self._lock:
            return [each for each in self.shown if each.user == user]

    def wait_for(self, user: str, count: int, timeout_s: float = 10.0) -> list[Shown]:
        """At least `count` messages to `user`; fewer when the time is over."""
        with self.more:
            self.more.wait_for(lambda: len(self.to(user)) >= count, timeout_s)
            return self.to(user)


def deliver(gateway: str, channel: str, body: bytes, headers: Mapping[str, str]) -> int:
    """POST a webhook as the platform does → the HTTP status."""
    head = {"Content-Type": "application/json", **headers}
    return requests.post(f"{gateway}/webhooks/{channel}", data=body, headers=head, timeout=30).status_code


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, parts.path, query, dict(self.headers), body)
            status, answer = stand_in.respond(asked)
            told = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = _serve  # noqa: N815  http.server's names

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: what was asked is recorded."""

    return Handler
