"""The worker's way to the engine: what it answers becomes content, pictures are kept first."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from apps.engine_client import RasaEngine
from channels import MediaStore
from conversations import Content, EngineFailed, Turn

PNG = b"\x89PNG\r\n\x1a\n and so on"
TURN = Turn(9, 7, "web", Content(text="xem điện đã dùng"), "bot", datetime(2026, 11, 23, tzinfo=UTC))
PICTURE = {"text": "", "buttons": [], "picture": {"name": "điện.png", "png": base64.b64encode(PNG).decode()}}
WORDS = {"text": "200 kWh", "buttons": [{"title": "Tiền", "payload": "ask_bill"}]}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Callable[..., RasaEngine]]:
    """An engine client whose engine gives these replies."""
    servers: list[ThreadingHTTPServer] = []

    def made(replies: Any, store: MediaStore | None = None) -> RasaEngine:
        class Door(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None: ...

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                content = json.dumps({"replies": replies}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        kept = store or MediaStore(tmp_path / "media", "secret", "http://here")
        return RasaEngine(f"http://127.0.0.1:{server.server_port}", "t", 5, kept.picture, kept.shown)

    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_picture_is_kept_and_shown_before_the_words(engine, tmp_path: Path) -> None:
    picture, words = engine([PICTURE, WORDS]).reply(TURN).replies

    (shown,) = picture.attachments
    assert (shown.kind, shown.name, picture.text) == ("image", "điện.png", None)
    assert (tmp_path / "media" / shown.url.removeprefix("media:")).read_bytes() == PNG
    assert (words.text, words.buttons[0].payload) == ("200 kWh", "ask_bill")


def test_the_same_turn_again_keeps_one_file(engine, tmp_path: Path) -> None:
    assert engine([PICTURE]).reply(TURN) == engine([PICTURE]).reply(TURN)
    assert len(list((tmp_path / "media").iterdir())) == 1


def test_without_room_for_the_picture_the_words_still_arrive(engine, tmp_path: Path) -> None:
    (tmp_path / "full").write_text("no folder")
    store = MediaStore(tmp_path / "full", "secret", "http://here")

    assert [reply.text for reply in engine([PICTURE, WORDS], store).reply(TURN).replies] == ["200 kWh"]


def test_a_broken_picture_is_an_answer_to_ask_again_for(engine) -> None:
    with pytest.raises(EngineFailed):
        engine([{**PICTURE, "picture": {"name": "x", "png": "a"}}]).reply(TURN)
