"""The status page in a real browser: fits a telephone and a desk, runs no script, breaks none of its own rules."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from apps.staff import create_app
from conversations import ChannelStopped, Database, Retry
from settings import Settings

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LONG = "190: " + "Error_validating_access_token_" * 8


@pytest.fixture
def served(database_url: str, tmp_path) -> Iterator[str]:
    """The page of a bad day, with words too long for any line."""
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        var_dir=tmp_path,
        facebook_app_secret="s",
        facebook_page_token="s",
        facebook_verify_token="s",
        telegram_bot_token="7:half",
    )
    db = Database(database_url)
    for _ in range(30):
        db.signs.tried("facebook", "page", Retry("HTTP 502"))
    db.signs.tried("facebook", "page", ChannelStopped(LONG))
    db.signs.stop()
    db.execute("pause_account", {"channel": "facebook", "account": "page", "reason": LONG, "pause_s": 300.0})
    server = make_server("127.0.0.1", 0, create_app(settings, db), threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/status"
    server.shutdown()
    server.server_close()
    db.close()


def test_it_fits_every_screen_and_keeps_its_own_rules(served: str):
    told: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (320, 390, 1280):
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.on("console", lambda message: told.append(message.text))
            page.goto(served)
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert page.locator("article").count() == 4
            assert page.locator(".todo .bad").count() == 2
            assert page.locator("h1").evaluate("e => getComputedStyle(e).fontSize") == "24px"  # its own style came
            page.close()
        browser.close()
    assert told == []
