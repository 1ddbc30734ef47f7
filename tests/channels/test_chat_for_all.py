"""The chat for everybody, in a real browser: large letters, keyboard, screen reader, motion, contrast, axe-core's rules."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import DESK, PHONE, violations
from tests.channels.chat_window import choose, open_chat, say
from tests.channels.conftest import EchoEngine
from tests.channels.test_uploads import PDF, drawn

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [{"width": 320, "height": 600}, DESK], ids=["narrow", "desk"])
def test_large_letters_stay_on_the_screen_and_are_remembered(
    browser: Browser, bot: EchoEngine, served: str, size
) -> None:
    context = browser.new_context(viewport=size)
    page = open_chat(context, served)
    choose(page, "Chữ to")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".message.bot")).to_have_count(1)
    assert page.locator(".bubble").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") == 20
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_in_viewport(ratio=1)
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violation_wherever_the_talk_goes(browser: Browser, bot: EchoEngine, served: str, size, scheme) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="vi-VN")
    page = open_chat(context, served)
    found = {"greeting": violations(page)}
    page.locator("#file").set_input_files(
        [
            {"name": "a.png", "mimeType": "image/png", "buffer": drawn("PNG")},
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF},
        ]
    )
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_enabled()
    found["tray"] = violations(page)
    say(page, "chọn")
    expect(page.locator("#replies button")).to_have_count(2)
    found["answer"] = violations(page)
    page.get_by_role("button", name="Tùy chọn").click()
    found["menu"] = violations(page)
    page.get_by_role("button", name="Xóa cuộc trò chuyện").click()
    found["dialogue"] = violations(page)
    page.keyboard.press("Escape")
    choose(page, "Kết thúc trò chuyện")
    page.get_by_role("dialog").get_by_role("button", name="Kết thúc").click()
    expect(page.locator("#rating")).to_be_visible()
    found["rating"] = violations(page)
    context.set_offline(True)
    say(page, "alo")
    expect(page.locator("#network")).to_be_visible()
    found["offline"] = violations(page)
    context.close()
    assert found == {key: [] for key in found}


def test_every_control_is_reached_and_used_by_keyboard_alone(page: Page) -> None:
    page.get_by_label("Tin nhắn của anh/chị").focus()
    reached = []
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"place", "attach", "log", "more", "call"} <= set(reached)
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Tải nội dung trò chuyện")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Không")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#rating")).to_be_visible()
    page.locator("#rating input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Em cảm ơn anh/chị đã đánh giá ạ.")).to_be_visible()
    expect(page.get_by_label("Tin nhắn của anh/chị")).to_be_focused()


def test_a_screen_reader_finds_everything_by_name(page: Page) -> None:
    expect(page.get_by_role("main", name="Trò chuyện với trợ lý Điện lực")).to_be_visible()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, textarea")].filter((node) => node.checkVisibility()
             && !(node.ariaLabel || node.textContent.trim() || node.labels?.length)).map((node) => node.outerHTML)"""
    )
    assert nameless == []
    expect(page.get_by_role("log")).to_have_accessible_name("Nội dung trò chuyện")
    expect(page.locator("#more")).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize(("media", "still"), [("reduce", True), ("no-preference", False)])
def test_who_wants_no_motion_gets_none(browser: Browser, bot: EchoEngine, served: str, media, still) -> None:
    context = browser.new_context(viewport=PHONE, reduced_motion=media)
    page = open_chat(context, served)
    bot.gate.clear()
    say(page, "alo")
    expect(page.locator("#typing")).to_be_visible()
    moving = page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
    bot.gate.set()
    context.close()
    assert (moving == 0) is still


def test_strong_contrast_and_forced_colours_keep_edges(browser: Browser, bot: EchoEngine, served: str) -> None:
    context = browser.new_context(viewport=PHONE, forced_colors="active")
    page = open_chat(context, served)
    assert page.locator(".bubble").first.evaluate("node => getComputedStyle(node).borderTopWidth") == "1px"
    assert page.locator("#replies button").first.evaluate("node => getComputedStyle(node).borderTopWidth") == "1px"
    context.close()
