"""The outage conversation as customers have it: in a real browser, on a phone and on a desk, through a kill of the gateway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browsers import DESK, PHONE, launched
from tests.channels.test_uploads import drawn, position
from tests.product.copy import Copy

pytestmark = pytest.mark.browser

PATIENT_MS = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, product: Copy) -> Iterator[Page]:
    size: ViewportSize = request.param
    context = browser.new_context(viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    context.set_default_timeout(PATIENT_MS)
    opened = context.new_page()
    opened.goto(product.gateway)
    expect(opened.locator(".message.bot")).to_have_count(1)
    yield opened
    context.close()


def _say(page: Page, text: str, answer: str) -> None:
    page.get_by_label("Tin nhắn của anh/chị").fill(text)
    page.keyboard.press("Enter")
    _answered(page, answer)


def _answered(page: Page, answer: str) -> None:
    """Any of the ways the bot may say it."""
    said = re.compile(answer, re.IGNORECASE)
    expect(page.locator(".message.bot .bubble").last).to_contain_text(said, timeout=PATIENT_MS)


def test_no_power_from_two_words_to_a_ticket_through_a_kill(page: Page, product: Copy, tmp_path: Path) -> None:
    phone = "0987000501" if page.viewport_size == PHONE else "0987000502"
    page.locator("#replies").get_by_role("button", name="Báo mất điện").click()
    _answered(page, "địa chỉ|mã khách hàng")
    _say(page, "12 trần phú phường cái khế cần thơ", "lúc nào|mấy giờ|bao lâu")
    product.kill("gateway")
    _say(page, "2 tiếng rồi em", "cả khu|cả xóm|hàng xóm")
    _say(page, "cả xóm luôn", "số điện thoại")
    _say(page, phone, "em gửi đi nhé")
    page.locator("#replies button").first.click()
    _answered(page, r"YC\d{8}")
    (ticket,) = product.tickets(phone=phone)
    assert (ticket["service"], ticket["channel"]) == ("REPORT_OUTAGE", "web")
    told = page.locator(".message .bubble").all_inner_texts()
    page.screenshot(path=tmp_path / "talk.png")
    page.reload()
    expect(page.locator(".message .bubble")).to_have_count(len(told))
    assert page.locator(".message .bubble").all_inner_texts() == told


def test_a_photo_of_the_fault_is_taken_and_shown(page: Page) -> None:
    photo = drawn("JPEG", (3000, 2000), exif=position())
    page.locator("#file").set_input_files({"name": "cột đổ.jpg", "mimeType": "image/jpeg", "buffer": photo})
    send = page.get_by_role("button", name="Gửi", exact=True)
    expect(send).to_be_enabled(timeout=PATIENT_MS)
    send.click()
    expect(page.locator(".message.bot")).to_have_count(2, timeout=PATIENT_MS)
    page.reload()
    expect(page.locator(".message.customer img")).to_have_js_property("naturalHeight", 2048)


def test_after_an_end_and_after_a_deletion_the_bot_begins_anew(page: Page) -> None:
    for choice, sure in (("Kết thúc trò chuyện", "Kết thúc"), ("Xóa cuộc trò chuyện", "Xóa hết")):
        _say(page, "mất điện rồi", "địa chỉ|mã khách hàng")
        _say(page, "12 trần phú phường cái khế cần thơ", "lúc nào|mấy giờ|bao lâu")
        page.get_by_role("button", name="Tùy chọn").click()
        page.get_by_role("button", name=choice).click()
        page.get_by_role("dialog").get_by_role("button", name=sure).click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(
            page.get_by_text("đã kết thúc" if sure == "Kết thúc" else "Đã xóa cuộc trò chuyện cũ.").last
        ).to_be_visible()
    _say(page, "mất điện rồi", "địa chỉ|mã khách hàng")
