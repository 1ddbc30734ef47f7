"""`python -m tests.operators_pictures`: takes the pictures of docs/operators.md anew, of our own pages alone.

The chat is a running copy's (`make run SIMULATE=1`, at GATEWAY_PORT); the rest is served here, with stand-ins for the
platforms.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import requests
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from apps import gateway, staff
from apps.channels_check import check, report
from apps.migrate import migrate
from apps.postgres import running
from conversations import ChannelStopped, Content, Database, Inbound, Retry, Undeliverable, locked_account, take_in
from settings import Settings
from tests.platforms import FacebookPlatform, TelegramPlatform, ZaloPlatform

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DESK, PHONE = {"width": 1240, "height": 700}, {"width": 360, "height": 700}
COLOURS = 48
SCREEN = {"width": 940, "height": 200}
ADDRESS = "https://chat.dienluc.example"  # what the terminal shows instead of this machine's
TERMINAL = """<!doctype html><meta charset="utf-8"><style>body{{margin:0;background:#16202c;color:#e8edf2}}
pre{{margin:0;padding:18px 22px;font:14px/1.55 "Liberation Mono","DejaVu Sans Mono",monospace;white-space:pre-wrap}}</style><pre>{}</pre>"""


class Platforms:
    """One account on each, connected to the gateway that is served here."""

    def __init__(self, stack: ExitStack, url: str, folder: Path) -> None:
        self.zalo, self.facebook, self.telegram = ZaloPlatform(), FacebookPlatform(), TelegramPlatform()
        for each in (self.zalo, self.facebook, self.telegram):
            stack.enter_context(each)
        self.settings = Settings(
            _env_file=None,
            database_url=url,
            var_dir=folder,
            web_secret="only-for-pictures",
            zalo_api_url=self.zalo.url,
            zalo_oauth_url=self.zalo.url,
            zalo_app_id=self.zalo.app_id,
            zalo_app_secret=self.zalo.app_secret,
            zalo_oa_secret_key=self.zalo.oa_secret_key,
            zalo_refresh_token=self.zalo.refresh_token,
            facebook_graph_url=self.facebook.url,
            facebook_app_secret=self.facebook.app_secret,
            facebook_page_token=self.facebook.page_token,
            facebook_verify_token=self.facebook.verify_token,
            telegram_api_url=self.telegram.url,
            telegram_bot_token=self.telegram.token,
            telegram_webhook_secret=self.telegram.secret,
            telegram_duty_chat="-1009",
        )


def _a_good_day(db: Database, zalo: str) -> None:
    for channel, account in (("zalo", zalo), ("facebook", "page"), ("telegram", "7000000001"), ("web", "web")):
        db.signs.heard(channel, account)
        if channel != "web":
            for _ in range(120):
                db.signs.tried(channel, account)
    for _ in range(2):
        db.signs.tried("telegram", "7000000001", Undeliverable("Forbidden: blocked"))
    db.signs.stop()
    with locked_account(db, "zalo", zalo) as row:
        row.save({**row.data, "renewed_at": time.time() - 3 * 3600, "quota": {"limit": 4000, "remain": 3980}})
    with locked_account(db, "facebook", "page") as row:
        row.save({**row.data, "usage": {"app": 12.0, "page": 28.0}})


def _a_bad_day(db: Database, zalo: str) -> None:
    signs = Database(db.url).signs
    for _ in range(60):
        signs.tried("zalo", zalo, Retry("HTTP 502"))
    signs.tried("facebook", "page", ChannelStopped("190: token"))
    signs.stop()
    now = datetime.now(UTC)
    take_in(db, [Inbound("facebook", "page", str(n), f"m{n}", Content(text="a"), now) for n in range(7)])
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.message SET created_at = created_at - interval '4 minutes'")
    reason = "190: Error validating access token"
    db.execute("pause_account", {"channel": "facebook", "account": "page", "reason": reason, "pause_s": 280.0})


@contextmanager
def _served(app: object) -> Iterator[tuple[str, int]]:
    server = make_server("127.0.0.1", 0, app, threaded=True)  # type: ignore[arg-type]  # a WSGI app
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", server.server_port
    server.shutdown()


def _take(
    browser: Browser, url: str, name: str, viewport: dict[str, int], *, whole: bool = True, **more: object
) -> None:
    context = browser.new_context(viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **more)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
    context.close()


def _terminal(browser: Browser, command: str, shown: str, name: str) -> None:
    page = browser.new_page(viewport=SCREEN)
    page.set_content(TERMINAL.format(escape(f"$ {command}\n{shown}")))
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    page.close()


def _check(settings: Settings, db: Database, url: str) -> str:
    shown, _ = report(check(settings, db), datetime.now(UTC))
    return shown.replace(url, ADDRESS)


def _pictures(browser: Browser, platforms: Platforms, db: Database) -> None:
    settings = platforms.settings
    with _served(gateway.create_app(settings, db)) as (url, port):
        platforms.telegram.webhook = {"url": f"{url}/webhooks/telegram"}
        told = settings.model_copy(update={"public_url": url, "gateway_port": port})
        _terminal(browser, "make channels-check", _check(told, db, url), "check-good")
        platforms.facebook.token_alive = False
        platforms.telegram.webhook = {}
        wrong = told.model_copy(update={"zalo_oa_secret_key": "mistyped"})
        _terminal(browser, "make channels-check", _check(wrong, db, url), "check-wrong")
    with _served(staff.create_app(settings, db)) as (url, _):
        _a_good_day(db, platforms.zalo.app_id)
        _take(browser, f"{url}/status", "status", DESK)
        _a_bad_day(db, platforms.zalo.app_id)
        _take(browser, f"{url}/status", "status-alarm", DESK)
        _take(browser, f"{url}/status", "status-phone", PHONE, whole=False, color_scheme="dark")


def _chat(browser: Browser, url: str) -> None:
    """The chat page of a running copy, after one exchange."""
    page = browser.new_page(viewport=PHONE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    page.goto(url)
    page.locator(".message.bot").first.wait_for()
    page.get_by_label("Tin nhắn của anh/chị").fill("nhà mình mất điện từ 7h sáng")
    page.keyboard.press("Enter")
    page.locator(".message.bot").nth(1).wait_for()
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "chat.png")
    page.close()


def _shrink(picture: Path) -> None:
    """Pages of a few colours need no more than a palette."""
    with Image.open(picture) as drawn:
        drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    began = time.time()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pg")))
        cluster = stack.enter_context(running(folder))
        migrate(cluster.url)
        db = Database(cluster.url)
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-lcd-text"]
        )
        _pictures(browser, Platforms(stack, cluster.url, folder), db)
        copy = f"http://127.0.0.1:{Settings().gateway_port}"
        try:
            requests.get(f"{copy}/healthz", timeout=2)
        except requests.ConnectionError:
            print(f"no running copy at {copy}: the chat's picture stays as it is")
        else:
            _chat(browser, copy)
        browser.close()
        db.close()
    for picture in PICTURES.glob("*.png"):
        if picture.stat().st_mtime > began:
            _shrink(picture)


if __name__ == "__main__":
    main()
