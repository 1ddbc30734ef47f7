"""The gateway on a port, as a process would serve it: stopped, its streams end and nothing is left at work."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Handler(WSGIRequestHandler):
    timeout = 2.0  # browsers open connections ahead and say nothing on them


class Serving:
    """`make` gives the app of each start; the port stays the same."""

    def __init__(self, make: Callable[[], Flask]) -> None:
        self._make = make
        self._port = 0
        self.start()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._app = self._make()
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", self._port, self._app, threaded=True, request_handler=_Handler
        )
        self._server.daemon_threads = False  # type: ignore[attr-defined]  # closing waits for requests under way
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._app.extensions["live"].close()  # ends the streams: the server waits for them
        self._server.shutdown()
        self._thread.join()
