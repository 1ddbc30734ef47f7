"""Files and places in the chat, in a real browser: up, shown, opened, kept apart from what the visitor did not mean."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.channels.chat_window import lose_answers, open_chat, say
from tests.channels.test_uploads import PDF, drawn, position

pytestmark = pytest.mark.browser


def test_a_photo_goes_up_small_and_without_its_position_and_is_shown(page: Page, tmp_path: Path) -> None:
    photo = drawn("JPEG", (3000, 2000), exif=position())
    page.locator("#file").set_input_files({"name": "cột điện.jpg", "mimeType": "image/jpeg", "buffer": photo})
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_enabled()
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator(".message.bot").last).to_contain_text("image")
    expect(page.locator(".message.pending")).to_have_count(0)
    page.reload()
    shown = page.locator(".message.customer img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth > 0 && image.naturalWidth <= 2048")
    (kept,) = (tmp_path / "media").iterdir()
    assert dict(Image.open(io.BytesIO(kept.read_bytes())).getexif()) == {}


def test_a_picture_whose_link_has_expired_is_fetched_by_a_new_one(context: BrowserContext, page: Page) -> None:
    page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": drawn("PNG")})
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_enabled()
    say(page, "ảnh đây")
    expect(page.locator(".message.bot")).to_have_count(2)
    context.route("**/media/*", lambda route: route.fulfill(status=404), times=1)
    page.reload()
    expect(page.locator(".message.customer img")).to_have_js_property("naturalWidth", 60)


def test_a_document_and_a_place_go_with_words_and_can_be_taken_back(page: Page) -> None:
    page.locator("#file").set_input_files(
        [
            {"name": "đơn.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "nhầm.png", "mimeType": "image/png", "buffer": drawn("PNG")},
        ]
    )
    page.get_by_role("button", name="Gửi vị trí của tôi").click()
    expect(page.locator(".chip")).to_have_count(3)
    page.get_by_role("button", name="Bỏ nhầm.png").click()
    say(page, "em xem giúp")
    expect(page.locator(".message.bot").last).to_contain_text("em xem giúp")
    mine = page.locator(".message.customer .bubble")
    expect(mine).to_contain_text("10.77690, 106.70090")
    expect(mine.locator(".file")).to_have_count(1)
    expect(mine.locator("img")).to_have_count(0)
    expect(page.locator("#tray")).to_be_hidden()


def _hand_in(page: Page, name: str) -> None:
    page.locator("#file").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": PDF})
    expect(page.locator(".chip button")).to_have_count(1)
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_enabled()
    say(page, "đơn đây")


def test_a_document_is_shown_and_saved_by_its_own_name(page: Page) -> None:
    _hand_in(page, "đơn \u202efdp.gắn điện\u200b.pdf")
    shown = page.locator(".message.customer a.file")
    expect(shown).to_have_text("đơn fdp.gắn điện.pdf")  # as the server keeps it, without a reload
    page.reload()
    expect(shown).to_have_text("đơn fdp.gắn điện.pdf")
    with page.expect_download() as waiting:
        shown.click()
    assert waiting.value.suggested_filename == "đơn fdp.gắn điện.pdf"


def test_a_file_is_shown_as_the_server_keeps_it_when_its_draft_outlived_a_reload(page: Page) -> None:
    lose_answers(page)
    _hand_in(page, "đơn\u200b.pdf")
    expect(page.locator(".message.bot")).to_have_count(2)
    page.unroute("**/web/messages")
    page.reload()
    expect(page.locator(".message.customer a.file")).to_have_text("đơn.pdf")
    expect(page.locator(".message.customer")).to_have_count(1)


def test_the_other_tab_sees_the_picture_too(context: BrowserContext, page: Page, served: str) -> None:
    other = open_chat(context, served)
    page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": drawn("PNG")})
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_enabled()
    say(page, "ảnh đây")
    for tab in (page, other):
        expect(tab.locator(".message.customer img")).to_have_js_property("naturalWidth", 60)
        expect(tab.locator(".message.customer .ticks")).to_be_visible()


def test_a_page_named_as_a_picture_is_refused_in_words(page: Page) -> None:
    page.locator("#file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"<html><script>alert(1)</script></html>"}
    )
    expect(page.get_by_role("alert").filter(has_text="Em chỉ nhận ảnh")).to_be_visible()
    expect(page.locator("#tray")).to_be_hidden()


def test_a_place_that_the_visitor_keeps_is_told_how_to_give(context: BrowserContext, page: Page) -> None:
    context.clear_permissions()
    page.get_by_role("button", name="Gửi vị trí của tôi").click()
    expect(page.locator("#complaint")).to_contain_text("gõ địa chỉ")
