"""`/healthz`, `/readyz` and `/metrics`: beside what a process serves, or for one that serves nothing else."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flask import Flask, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST

from apps.exposition import figures


def add_health(app: Flask, ready: Callable[[], bool], told: Callable[[], bytes] = figures) -> None:
    """The three routes beside an app's own; `told` are its figures. They are for neighbours: where a port is public they are
    not for whoever comes through the proxy in front."""

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        is_ready = ready()
        return Response("ready\n" if is_ready else "not ready\n", 200 if is_ready else 503, mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        near = request.remote_addr and ipaddress.ip_address(request.remote_addr).is_private
        if not near or "X-Forwarded-For" in request.headers:
            abort(404)
        return Response(told(), content_type=CONTENT_TYPE_LATEST)


def serve(host: str, port: int, ready: Callable[[], bool]) -> ThreadingHTTPServer:
    """Answer health questions in the background until `shutdown()`; `ready` says whether all it needs answers."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":
                self._answer(200, b"alive\n", "text/plain")
            elif self.path == "/readyz":
                is_ready = ready()
                self._answer(200 if is_ready else 503, b"ready\n" if is_ready else b"not ready\n", "text/plain")
            elif self.path == "/metrics":
                self._answer(200, figures(), CONTENT_TYPE_LATEST)
            else:
                self._answer(404, b"not found\n", "text/plain")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Health questions are not worth a log line."""

    server = ThreadingHTTPServer((host, port), Health)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
