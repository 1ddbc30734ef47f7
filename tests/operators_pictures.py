"""`python -m tests.operators_pictures`: takes the pictures of docs/operators.md anew, of our own pages alone."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from apps import staff
from apps.migrate import migrate
from apps.postgres import running
from conversations import ChannelStopped, Content, Database, Inbound, Retry, Undeliverable, locked_account, take_in
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DESK, PHONE = {"width": 1240, "height": 800}, {"width": 390, "height": 844}
ZALO, BOT = "4318657068771012646", "7000000001"


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        database_url=url,
        var_dir=folder,
        zalo_app_id=ZALO,
        zalo_app_secret="s",
        zalo_oa_secret_key="s",
        zalo_refresh_token="s",
        telegram_bot_token=f"{BOT}:s",
        telegram_webhook_secret="s",
        facebook_app_secret="s",
        facebook_page_token="s",
        facebook_verify_token="s",
    )


def _a_good_day(db: Database) -> None:
    for channel, account in (("zalo", ZALO), ("facebook", "page"), ("telegram", BOT), ("web", "web")):
        db.signs.heard(channel, account)
        if channel != "web":
            for _ in range(120):
                db.signs.tried(channel, account)
    for _ in range(2):
        db.signs.tried("telegram", BOT, Undeliverable("Forbidden: blocked"))
    db.signs.stop()
    with locked_account(db, "zalo", ZALO) as row:
        row.save({"renewed_at": time.time() - 3 * 3600, "quota": {}})


def _a_bad_day(db: Database) -> None:
    signs = Database(db.url).signs
    for _ in range(60):
        signs.tried("zalo", ZALO, Retry("HTTP 502"))
    signs.tried("facebook", "page", ChannelStopped("190: token"))
    signs.stop()
    now = datetime.now(UTC)
    take_in(db, [Inbound("facebook", "page", str(n), f"m{n}", Content(text="a"), now) for n in range(7)])
    reason = "190: Error validating access token"
    db.execute("pause_account", {"channel": "facebook", "account": "page", "reason": reason, "pause_s": 280.0})


@contextmanager
def _served(app: object) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)  # type: ignore[arg-type]  # a WSGI app
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def _take(
    browser: Browser, url: str, name: str, viewport: dict[str, int], *, whole: bool = True, **options: object
) -> None:
    context = browser.new_context(viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
    context.close()


def main() -> None:
    """Write the pictures of the status page."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster, sync_playwright() as p:
        migrate(cluster.url)
        db = Database(cluster.url)
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-lcd-text"])
        with _served(staff.create_app(_settings(cluster.url, Path(folder)), db)) as url:
            _a_good_day(db)
            _take(browser, f"{url}/status", "status", DESK)
            _a_bad_day(db)
            _take(browser, f"{url}/status", "status-alarm", DESK)
            _take(browser, f"{url}/status", "status-phone", PHONE, whole=False, color_scheme="dark")
        browser.close()
        db.close()


if __name__ == "__main__":
    main()
