"""What a visitor does in the chat's window, by a real browser."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect


def open_chat(context: BrowserContext, served: str) -> Page:
    """A new tab with the chat, once its first message is there."""
    page = context.new_page()
    page.goto(served)
    expect(page.locator(".message.bot").first).to_be_visible()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("Tin nhắn của anh/chị").fill(text)
    page.keyboard.press("Enter")


def texts(page: Page, author: str) -> list[str]:
    """What stands in the author's bubbles ("customer", "bot")."""
    return page.locator(f".message.{author} .bubble").all_inner_texts()


def choose(page: Page, name: str) -> None:
    """Take one of the menu's entries."""
    page.get_by_role("button", name="Tùy chọn").click()
    page.get_by_role("button", name=name).click()


def lose_answers(page: Page) -> None:
    """From now on what is sent arrives and its answer does not, until `page.unroute`."""
    page.route(
        "**/web/messages",
        lambda route: (route.fetch(), route.abort())[1] if route.request.method == "POST" else route.continue_(),
    )
