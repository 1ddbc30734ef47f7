"""The widget on another site's page: full screen on phones, what came unseen, nothing of the talk for the site's scripts."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from conversations import Content, Database, post
from tests.browsers import DESK, PHONE, violations
from tests.channels.conftest import EchoEngine

pytestmark = pytest.mark.browser

OPEN = re.compile("Mở trò chuyện với trợ lý Điện lực")
LARGEST_GZIPPED = 40 * 1024


@pytest.fixture
def phone(browser: Browser, bot: EchoEngine) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    yield context
    context.close()


def _chat(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='Trò chuyện với trợ lý Điện lực']")


def _opened(context: BrowserContext, site: str) -> Page:
    page = context.new_page()
    page.goto(site)
    page.get_by_role("button", name=OPEN).click()
    expect(_chat(page).locator(".message.bot")).to_have_count(1)
    return page


def _news(db: Database, text: str) -> None:
    """Something that the newest visitor is told without having asked."""
    with db.transaction() as connection:
        newest = connection.exec_driver_sql("SELECT max(id) AS id FROM conversations.conversation").one().id
        post(connection, newest, [Content(text=text)])
    db.notifier.live(newest, "message")


def test_on_a_phone_it_fills_the_screen_and_gives_it_back(phone: BrowserContext, other_site: str) -> None:
    page = _opened(phone, other_site)
    box = page.locator("#care-chat iframe").bounding_box()
    assert box == {"x": 0, "y": 0, **PHONE}
    assert page.locator("main").evaluate("node => node.inert")
    _chat(page).get_by_role("button", name="Đóng trò chuyện").click()
    expect(page.get_by_role("button", name=OPEN)).to_be_focused()
    assert not page.locator("main").evaluate("node => node.inert")
    assert page.evaluate("document.documentElement.style.overflow") == ""


def test_answers_that_come_unseen_are_counted_on_the_button(
    phone: BrowserContext, other_site: str, db: Database
) -> None:
    page = _opened(phone, other_site)
    _chat(page).get_by_role("button", name="Đóng trò chuyện").click()
    for number in range(2):
        _news(db, f"tin {number}")
    expect(page.get_by_role("button", name=OPEN)).to_have_accessible_name(re.compile(r"\(2 tin chưa đọc\)"))
    expect(page.locator("#care-chat .count")).to_have_text("2")

    page.get_by_role("button", name=OPEN).click()
    expect(_chat(page).locator(".message.bot")).to_have_count(3)
    _chat(page).get_by_role("button", name="Đóng trò chuyện").click()
    expect(page.locator("#care-chat .count")).to_be_hidden()


def test_escape_closes_it_but_first_what_is_open_inside(browser: Browser, bot: EchoEngine, other_site: str) -> None:
    context = browser.new_context(viewport=DESK)
    page = _opened(context, other_site)
    chat = _chat(page)
    chat.get_by_role("button", name="Tùy chọn").click()
    page.keyboard.press("Escape")
    expect(chat.get_by_role("button", name="Tùy chọn")).to_be_focused()
    expect(chat.locator("#log")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#care-chat iframe")).to_be_hidden()
    context.close()


def test_the_site_can_read_neither_token_nor_talk(phone: BrowserContext, other_site: str) -> None:
    page = _opened(phone, other_site)
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage, cookie: document.cookie})")
    assert "token" not in kept
    reached = page.evaluate(
        """() => { try { return document.getElementById("care-chat").shadowRoot.querySelector("iframe")
             .contentDocument?.body?.textContent ?? null } catch { return null } }"""
    )
    assert reached is None


def test_a_site_that_is_not_allowed_gets_no_frame(client: FlaskClient) -> None:
    policy = client.get("/chat").headers["Content-Security-Policy"]
    ancestors = next(part for part in policy.split("; ") if part.startswith("frame-ancestors"))
    assert "evil.example" not in ancestors
    assert "*" not in ancestors.split()


@pytest.mark.parametrize("path", ["/", "/chat"])
def test_a_page_runs_scripts_by_its_own_nonce_only(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path)
    nonces = [
        re.search(r"script-src 'nonce-([^']+)'", one.headers["Content-Security-Policy"]) for one in (first, second)
    ]
    assert nonces[0]
    assert nonces[1]
    assert nonces[0][1] != nonces[1][1]
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", first.text)
    assert all(f'nonce="{nonces[0][1]}"' in attributes and not inline for attributes, inline in scripts)
    assert len(scripts) == first.text.count("<script")
    assert not re.search(r"\son\w+=|\sstyle=|<style", first.text)


def test_everything_together_is_small(served: str) -> None:
    chat = requests.get(f"{served}/chat", timeout=10)
    paths = {"/widget.js", "/chat", *re.findall(r'(?:href|src)="(/static/[^"]+)"', chat.text)}
    sizes = {path: len(gzip.compress(requests.get(served + path, timeout=10).content)) for path in paths}
    assert all(
        requests.get(served + path, timeout=10).headers.get("Content-Encoding") == "gzip"
        for path in ("/chat", "/widget.js")
    )
    assert sum(sizes.values()) < LARGEST_GZIPPED, sizes


def test_nothing_is_loaded_from_elsewhere(phone: BrowserContext, other_site: str, served: str) -> None:
    page = phone.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(other_site)
    page.get_by_role("button", name=OPEN).click()
    expect(_chat(page).locator(".message.bot")).to_have_count(1)
    assert [url for url in asked if not url.startswith((served, other_site))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_site_with_the_widget_has_no_axe_violation(
    browser: Browser, bot: EchoEngine, other_site: str, scheme: str
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
    page = context.new_page()
    page.goto(other_site)
    assert violations(page) == []
    page.get_by_role("button", name=OPEN).click()
    expect(_chat(page).locator(".message.bot")).to_have_count(1)
    assert violations(page.frames[1]) == []
    context.close()


def test_the_module_files_stay_small() -> None:
    folder = Path(__file__).parents[2] / "channels" / "web" / "static"
    assert [path.name for path in folder.glob("*.js") if len(path.read_text("utf8").splitlines()) > 300] == []
