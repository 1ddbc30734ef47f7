"""A billing system as others run them: answers as told, wrongly as told, slowly as told, and counts who asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Serve = Callable[[BaseHTTPRequestHandler], None]


class BillingServer:
    """Listens on loopback while in a `with` block; `serve` says what a call gets."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str | None]] = []
        self.serve: Serve = lambda call: answer(call, 404, b"{}")
        self.released = threading.Event()
        stand_in = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stand_in.calls.append((self.path, self.headers.get("Authorization")))
                try:
                    stand_in.serve(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/billing"

    def __enter__(self) -> BillingServer:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def gives(self, body: Any, status: int = 200) -> None:
        """Answer every call so; bytes go out as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.serve = lambda call: answer(call, status, content)

    def hangs(self) -> None:
        """Take calls and say nothing until the test is over."""
        self.serve = lambda _: self._wait(60)

    def drips(self, content: bytes) -> None:
        """Begin at once and never come to the end: a letter every tenth of a second."""

        def serve(call: BaseHTTPRequestHandler) -> None:
            call.send_response(200)
            call.send_header("Content-Length", str(len(content) * 1000))
            call.end_headers()
            while not self._wait(0.1):
                call.wfile.write(content[:1])

        self.serve = serve

    def breaks_off(self, content: bytes) -> None:
        """Promise more than comes."""

        def serve(call: BaseHTTPRequestHandler) -> None:
            call.send_response(200)
            call.send_header("Content-Length", str(len(content)))
            call.end_headers()
            call.wfile.write(content[: len(content) // 2])
            call.close_connection = True

        self.serve = serve

    def _wait(self, seconds: float) -> bool:
        return self.released.wait(seconds)


def answer(call: BaseHTTPRequestHandler, status: int, content: bytes) -> None:
    """A whole answer."""
    call.send_response(status)
    if status in (301, 302):
        call.send_header("Location", "/elsewhere")
    call.send_header("Content-Type", "application/json")
    call.send_header("Content-Length", str(len(content)))
    call.end_headers()
    call.wfile.write(content)
