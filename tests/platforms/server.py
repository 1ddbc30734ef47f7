"""What the stand-ins share: a small HTTP server that records what it was asked and what a customer would see, keeps
limits, misbehaves on order, and tells the product by webhooks what it took."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.platforms.courier import Courier
from tests.platforms.mischief import Mischief, Trouble

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    """One message as the customer sees it; `buttons` are (title, what a tap sends), `cards` the words on cards,
    an empty line between two."""

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
    to the next requests (None: its own rules), `mischief` goes wrong by chance, but for the paths `spared`. With `gateway`
    set it sends its echoes and receipts there, again after `redelivered_after_s` when they are not answered 200.
    `unanswered` counts what it took and did not say so."""

    port: int = 0
    now: Callable[[], float] = time.time
    rate_per_minute: int = 4_000
    per_second: int = 0
    asked: list[Asked] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    faults: list[Answer | None] = field(default_factory=list)
    delay_s: float = 0.0
    mischief: Mischief = field(default_factory=Mischief)
    spared: frozenset[str] = frozenset()
    gateway: str = ""
    receipts: bool = True
    redelivered_after_s: tuple[float, ...] = (30, 300, 900, 1800, 3600)
    too_fast: int = 0
    unanswered: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._minute: tuple[int, int] = (0, 0)
        self._second: deque[float] = deque()
        self.more = threading.Condition(self._lock)
        self._server: ThreadingHTTPServer | None = None
        self._courier: Courier | None = None

    def answer(self, asked: Asked) -> Answer:
        """The platform's own rules."""
        raise NotImplementedError

    def headers(self) -> dict[str, str]:
        """What the platform's answers say of its limits."""
        return {}

    def deliver(self, gateway: str, body: bytes, retry: int = 0) -> int:
        """One delivery, or redelivery number `retry`, of a webhook → the HTTP status."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> StandIn:
        self._server = _Server(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self._courier = Courier(lambda body, retry: self.deliver(self.gateway, body, retry), self.redelivered_after_s)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        assert self._courier is not None
        self._courier.close()
        self._server.shutdown()
        self._server.server_close()

    def respond(self, asked: Asked) -> tuple[Answer, Trouble]:
        """The answer, and how it is brought: "lost" not at all, "cut" by half."""
        trouble: Trouble = "" if asked.path in self.spared else self.mischief.with_request()
        wait_s = self.delay_s + (self.mischief.slow_s if trouble == "slow" else 0.0)
        if wait_s:
            time.sleep(wait_s)
        with self._lock:
            self.asked.append(asked)
            fault = self.faults.pop(0) if self.faults else None
            if trouble in ("busy", "broken"):
                fault = fault or {"busy": (429, {}), "broken": (502, {})}[trouble]
            taken = len(self.shown)
            answer = fault or self.answer(asked)
            self.unanswered += trouble in ("lost", "cut") and len(self.shown) > taken
            return answer, trouble

    def too_many(self) -> bool:
        """Count one more request: in this minute of the clock, and in the second that ends now."""
        now = self.now()
        minute = int(now // 60)
        count = self._minute[1] + 1 if self._minute[0] == minute else 1
        self._minute = (minute, count)
        while self._second and self._second[0] <= now - 1:
            self._second.popleft()
        self._second.append(now)
        refused = count > self.rate_per_minute or 0 < self.per_second < len(self._second)
        self.too_fast += refused
        return refused

    @property
    def remaining(self) -> int:
        """Requests left in this minute."""
        used = self._minute[1] if self._minute[0] == int(self.now() // 60) else 0
        return max(self.rate_per_minute - used, 0)

    def tell(self, body: bytes) -> None:
        """Send a webhook of the platform's own accord, perhaps late, twice or behind the next one."""
        if self.gateway and self._courier is not None:
            for after_s in self.mischief.with_webhook():
                self._courier.put(body, after_s)

    def told(self, timeout_s: float = 30.0) -> bool:
        """Whether all webhooks were delivered within this time."""
        return self._courier is None or self._courier.drained(timeout_s)

    @property
    def webhooks_late_s(self) -> float:
        """How late the latest webhook left: this stand-in, not the product, was too slow."""
        return self._courier.late_s if self._courier is not None else 0.0

    @property
    def stamp(self) -> int:
        """The platform's clock in milliseconds, as its webhooks show it."""
        return int((self.now() + self.mischief.skew_s) * 1000)

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


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as they came


def deliver(gateway: str, channel: str, body: bytes, headers: Mapping[str, str]) -> int:
    """POST a webhook as the platform does → the HTTP status."""
    head = {"Content-Type": "application/json", **headers}
    return requests.post(f"{gateway}/webhooks/{channel}", data=body, headers=head, timeout=30).status_code


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, parts.path, query, dict(self.headers), body)
            (status, answer), trouble = stand_in.respond(asked)
            if trouble == "lost":
                self._hang_up()
                return
            told = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            for name, value in stand_in.headers().items():
                self.send_header(name, value)
            if status == 429 and trouble == "busy":
                self.send_header("Retry-After", "1")
            self.end_headers()
            self.wfile.write(told[: len(told) // 2] if trouble == "cut" else told)
            if trouble == "cut":
                self._hang_up()

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815  http.server's names

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_WR)  # half-closed: it still reads

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: what was asked is recorded."""

    return Handler
