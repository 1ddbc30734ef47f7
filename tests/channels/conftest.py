"""The gateway on a real database, the platforms' stand-ins, and a bot that echoes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from apps import delivery
from apps.care_room import care_room
from apps.gateway import create_app
from care.wired import Care
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
from tests.browsers import PHONE, launched
from tests.channels.chat_window import open_chat
from tests.channels.zalo_account import Clock
from tests.platforms import FacebookPlatform, TelegramPlatform, ZaloPlatform
from tests.serving import Serving

SECRET = "a-secret-for-tests-only"
MENU = (Button("Báo mất điện", "report_outage"), Button("Lịch cắt điện", "ask_planned_outage"))


class EchoEngine:
    """Says what it understood; "chọn" brings buttons, "dài" a long answer, "xóa hết" an erasing one."""

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
        if said.text == "xóa hết":
            return Answer((Content(text="Dạ em đã xóa ạ"),), erase=True)
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
def care(settings: Settings) -> Iterator[Care]:
    made = care_room(settings)
    yield made
    made.database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The gateway's address, really listening."""
    serving = Serving(lambda: app)
    yield serving.url
    serving.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture
def context(browser: Browser, bot: EchoEngine) -> Iterator[BrowserContext]:
    made = browser.new_context(
        viewport=PHONE,
        locale="vi-VN",
        permissions=["geolocation"],
        geolocation={"latitude": 10.7769, "longitude": 106.7009},
    )
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, served: str) -> Page:
    return open_chat(context, served)


@pytest.fixture
def other_site(served: str) -> Iterator[str]:
    """A page of another origin (localhost is not 127.0.0.1) with the one line in it."""
    line = f'<script src="{served}/widget.js"></script>'
    page = f'<!doctype html><html lang="vi"><title>Trang khác</title><main><h1>Trang khác</h1><a href="#">a</a></main>{line}'

    def application(environ: object, start_response: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page.encode()]

    server = make_server("localhost", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
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
def answered(db: Database, bot: EchoEngine) -> Callable[[int], None]:
    """answered(2) → once the bot has answered so many messages, of all conversations."""

    def wait(messages: int) -> None:
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            with db.transaction() as connection:
                done = connection.exec_driver_sql(
                    "SELECT count(*) FROM conversations.message WHERE direction = 'in' AND status = 'done'"
                ).scalar_one()
            if done >= messages:
                return
            time.sleep(0.02)
        raise AssertionError(f"{messages} messages were not answered")

    return wait


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
