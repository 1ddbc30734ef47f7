"""The gateway on a real database, the platforms' stand-ins, and a bot that echoes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from apps import delivery
from apps.gateway import create_app
from conversations import (
    DELIVERIES,
    TURNS,
    Answer,
    Button,
    Content,
    Database,
    Policy,
    Turn,
    Turns,
    WorkLoop,
)
from settings import Settings
from tests.channels.zalo_account import Clock
from tests.platforms import FacebookPlatform, TelegramPlatform, ZaloPlatform

SECRET = "a-secret-for-tests-only"
MENU = (Button("Báo mất điện", "report_outage"), Button("Lịch cắt điện", "ask_planned_outage"))


class EchoEngine:
    """Says what it understood; "chọn" brings buttons, "dài" a long answer."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.gate = threading.Event()
        self.gate.set()

    def reply(self, turn: Turn) -> Answer:
        self.gate.wait(30)
        self.turns.append(turn)
        said = turn.content
        if said.payload:
            return Answer((Content(text=f"Dạ em nhận nút {said.payload}"),))
        if said.text == "chọn":
            return Answer((Content(text="Anh/chị chọn giúp em ạ", buttons=MENU),))
        if said.text == "dài":
            return Answer((Content(text="điện lực " * 500),))
        return Answer(
            (Content(text=f"Dạ em nghe: {said.text or [a.kind for a in said.attachments] or said.location}"),)
        )


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=10)
    yield database
    database.close()


@pytest.fixture
def zalo() -> Iterator[ZaloPlatform]:
    with ZaloPlatform() as platform:
        yield platform


@pytest.fixture
def clock(zalo: ZaloPlatform) -> Clock:
    """A clock that a test moves, for Zalo as for us."""
    made = Clock()
    zalo.now = made
    return made


@pytest.fixture
def facebook() -> Iterator[FacebookPlatform]:
    with FacebookPlatform() as platform:
        yield platform


@pytest.fixture
def telegram() -> Iterator[TelegramPlatform]:
    with TelegramPlatform(chat_every_s=0) as platform:
        yield platform


@pytest.fixture
def settings(
    database_url: str, tmp_path: Path, zalo: ZaloPlatform, facebook: FacebookPlatform, telegram: TelegramPlatform
) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it
        database_url=database_url,
        var_dir=tmp_path,
        web_secret=SECRET,
        public_url="http://chat.example",
        web_allowed_origins=["https://site.example", "http://localhost:*"],
        zalo_api_url=zalo.url,
        zalo_oauth_url=zalo.url,
        zalo_app_id=zalo.app_id,
        zalo_app_secret=zalo.app_secret,
        zalo_oa_secret_key=zalo.oa_secret_key,
        zalo_refresh_token=zalo.refresh_token,
        zalo_verifier="Qx7",
        facebook_graph_url=facebook.url,
        facebook_app_secret=facebook.app_secret,
        facebook_page_token=facebook.page_token,
        facebook_app_id=facebook.app_id,
        facebook_verify_token=facebook.verify_token,
        telegram_api_url=telegram.url,
        telegram_bot_token=telegram.token,
        telegram_webhook_secret=telegram.secret,
        telegram_chat_every_s=0,
        telegram_duty_chat="-1009",
    )


@pytest.fixture
def app(settings: Settings, db: Database) -> Iterator[Flask]:
    made = create_app(settings, db)
    yield made
    made.extensions["live"].close()
    made.extensions["care"].database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The gateway's address, really listening."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def engine() -> EchoEngine:
    return EchoEngine()


@pytest.fixture
def bot(db: Database, settings: Settings, engine: EchoEngine) -> Iterator[EchoEngine]:
    """A worker and a delivery at work."""
    turns = Turns(db, engine, Policy(lease_s=60, retry_pauses_s=(1,)))
    sending = delivery.made(settings, db)
    loops = [
        WorkLoop(turns, db.url, TURNS, 4),
        WorkLoop(sending, db.url, DELIVERIES, 4),
    ]
    for loop in loops:
        loop.start()
    yield engine
    engine.gate.set()
    stopping = [threading.Thread(target=loop.stop) for loop in loops]
    for thread in stopping:
        thread.start()
    db.notifier.signal(TURNS)  # wakes who listens, so that nobody waits for the clock
    db.notifier.signal(DELIVERIES)
    for thread in stopping:
        thread.join()
    turns.close()
    sending.close()


@pytest.fixture
def stored(db: Database) -> Callable[[str], list[dict[str, object]]]:
    """stored("zalo") → the contents of a channel's customer messages, in their order."""

    def read(channel: str) -> list[dict[str, object]]:
        with db.transaction() as connection:
            rows = connection.exec_driver_sql(
                "SELECT content FROM conversations.message"
                " WHERE direction = 'in' AND channel = %(channel)s ORDER BY id",
                {"channel": channel},
            )
            return [row.content for row in rows]

    return read
