"""A small action server over HTTP: answers with the count of the conversation's turns, or fails as it is told."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ActionsStandIn:
    """Listens from the start; `mode` is "ok", "broken" (500) or "nonsense" (200, not an answer)."""

    def __init__(self) -> None:
        self.mode = "ok"
        self.pause_s = 0.0
        self.calls: list[dict[str, Any]] = []
        stand_in = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(200, {"status": "ok"})

            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stand_in.calls.append(call)
                time.sleep(stand_in.pause_s)
                if stand_in.mode == "broken":
                    self._answer(500, {"error": "broken"})
                elif stand_in.mode == "nonsense":
                    self._answer(200, {"events": "none"})
                else:
                    self._answer(200, _reply(call))

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *arguments: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    def calls_for(self, conversation_id: str) -> list[dict[str, Any]]:
        return [call for call in self.calls if call["sender_id"] == conversation_id]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _reply(call: dict[str, Any]) -> dict[str, Any]:
    count = (call["tracker"]["slots"].get("task") or {"count": 0})["count"] + 1
    responses: list[dict[str, Any]] = [
        {"text": f"{call['next_action']} {count}", "buttons": [{"title": "Có", "payload": "affirm"}]}
    ]
    if call["next_action"] == "action_report_hazard":
        responses.append({"custom": {"handover": {"reason": "hazard", "phone": None}}})
    slot = {"event": "slot", "timestamp": None, "name": "task", "value": {"count": count}}
    return {"events": [slot], "responses": responses}
