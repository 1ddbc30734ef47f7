"""The page in a real browser: a talk by mouse and by keyboard, reloads, a lost network, other sites' pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from conversations import Database
from tests.browsers import DESK, PHONE
from tests.channels.chat_window import lose_answers, say, texts

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, served: str, bot: object) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.goto(served)
    expect(opened.locator(".message.bot")).to_have_count(1)
    yield opened
    context.close()
    assert problems == []


def test_a_talk_with_typing_sign_and_quick_replies(page: Page, bot):
    bot.gate.clear()
    say(page, "chọn")
    expect(page.locator("#typing")).to_be_visible()
    bot.gate.set()
    page.get_by_role("button", name="Báo mất điện").click()
    expect(page.locator(".message.bot").last).to_contain_text("nhận nút report_outage")
    expect(page.locator("#typing")).to_be_hidden()
    expect(page.locator("#replies")).to_be_hidden()
    assert texts(page, "customer") == ["chọn", "Báo mất điện"]
    expect(page.locator(".message.customer .state").last).to_contain_text("Đã xem")


def test_the_keyboard_is_enough(page: Page):
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#replies') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".message.bot")).to_have_count(2)
    page.get_by_label("Tin nhắn của anh/chị").focus()
    page.keyboard.type("dòng một")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("dòng hai")
    page.keyboard.press("Enter")
    expect(page.locator(".message.customer .bubble").last).to_have_text("dòng một\ndòng hai")


def test_a_screen_reader_hears_what_arrives(page: Page):
    log = page.get_by_role("log", name="Nội dung trò chuyện")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log.locator(".message .sr").first).to_have_text("Trợ lý:")
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_disabled()


def test_markup_is_only_text(page: Page):
    say(page, "<img src=x onerror=alert(1)><b>đậm</b>")
    expect(page.locator(".message.customer .bubble")).to_have_text("<img src=x onerror=alert(1)><b>đậm</b>")
    expect(page.locator(".message.bot").last).to_contain_text("<b>đậm</b>")
    assert page.locator("#log b, #log img").count() == 0


def test_a_reload_shows_the_same_talk(page: Page):
    say(page, "một")
    expect(page.locator(".message.bot")).to_have_count(2)
    before = page.locator(".message .bubble").all_inner_texts()
    page.reload()
    expect(page.locator(".message.bot")).to_have_count(2)
    assert page.locator(".message .bubble").all_inner_texts() == before


def test_what_was_typed_without_network_goes_out_once_in_order(page: Page):
    page.context.set_offline(True)
    expect(page.locator("#network")).to_contain_text("Mất kết nối")
    say(page, "một")
    say(page, "hai")
    expect(page.locator(".message.pending")).to_have_count(2)
    expect(page.get_by_role("button", name="Gửi lại").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".message.pending")).to_have_count(0, timeout=15_000)
    expect(page.locator(".message.bot")).to_have_count(3, timeout=15_000)
    expect(page.locator("#network")).to_be_hidden(timeout=15_000)
    assert texts(page, "customer") == ["một", "hai"]
    assert texts(page, "bot")[1:] == ["Dạ em nghe: một", "Dạ em nghe: hai"]


def test_a_reload_between_sending_and_answer_doubles_nothing(page: Page, stored, served: str):
    lose_answers(page)
    say(page, "mất điện")  # it arrives, its answer does not
    expect(page.locator(".message.bot")).to_have_count(2)
    page.unroute("**/web/messages")
    page.reload()
    expect(page.locator(".message.bot")).to_have_count(2)
    expect(page.locator(".message.pending")).to_have_count(0)
    assert texts(page, "customer") == ["mất điện"]
    assert stored("web") == [{"text": "mất điện"}]


def test_a_session_that_the_server_lost_begins_anew(page: Page, db: Database):
    with db.transaction() as connection:
        connection.exec_driver_sql("TRUNCATE conversations.conversation CASCADE")
    page.reload()
    expect(page.locator(".message.bot")).to_have_count(1)
    say(page, "còn đó không")
    expect(page.locator(".message.bot").last).to_contain_text("còn đó không")


def test_another_site_embeds_it_with_one_line(browser: Browser, other_site: str, bot):
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.goto(other_site)
    page.get_by_role("button", name="Mở trò chuyện với trợ lý Điện lực").click()
    frame = page.frame_locator("iframe[title='Trò chuyện với trợ lý Điện lực']")
    expect(frame.locator(".message.bot")).to_have_count(1)
    frame.get_by_label("Tin nhắn của anh/chị").fill("alo")
    page.keyboard.press("Enter")
    expect(frame.locator(".message.bot").last).to_contain_text("em nghe: alo")
    frame.get_by_role("button", name="Đóng trò chuyện").click()
    expect(page.get_by_role("button", name="Mở trò chuyện với trợ lý Điện lực")).to_be_focused()
    context.close()


@pytest.mark.parametrize(("size", "name"), [(PHONE, "phone"), (DESK, "desk")])
def test_nothing_is_wider_than_its_screen(browser: Browser, served: str, bot, tmp_path: Path, size, name):
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.goto(served)
    expect(page.locator(".message.bot")).to_have_count(1)
    say(page, "a" * 300 + " https://example.org/" + "b" * 200)
    expect(page.locator(".message.bot")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.screenshot(path=tmp_path / f"{name}.png")
    context.close()
