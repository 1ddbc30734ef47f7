"""The chat in a real browser: tabs in step, outages of the network and the server, files, places, choices, accessibility."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from apps.gateway import create_app
from conversations import Content, Database, post
from settings import Settings
from tests.browsers import DESK, PHONE, violations
from tests.channels.conftest import EchoEngine
from tests.channels.test_uploads import PDF, drawn, position
from tests.serving import Serving

pytestmark = pytest.mark.browser

LONG_MS = 20_000


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


def _open(context: BrowserContext, served: str) -> Page:
    page = context.new_page()
    page.goto(served)
    expect(page.locator(".message.bot").first).to_be_visible()
    return page


@pytest.fixture
def page(context: BrowserContext, served: str) -> Page:
    return _open(context, served)


def _say(page: Page, text: str) -> None:
    page.get_by_label("Tin nhắn của anh/chị").fill(text)
    page.keyboard.press("Enter")


def _texts(page: Page, author: str) -> list[str]:
    return page.locator(f".message.{author} .bubble").all_inner_texts()


def _choose(page: Page, name: str) -> None:
    page.get_by_role("button", name="Tùy chọn").click()
    page.get_by_role("button", name=name).click()


# --- tabs ---------------------------------------------------------------------------------------------------


def test_two_tabs_show_the_same_talk_and_one_of_them_listens(context: BrowserContext, page: Page, served: str) -> None:
    listening: set[Page] = set()
    context.on("request", lambda request: listening.add(request.frame.page) if "/web/events" in request.url else None)
    other = _open(context, served)
    _say(page, "một")
    expect(other.locator(".message.bot")).to_have_count(2)
    _say(other, "hai")
    expect(page.locator(".message.bot")).to_have_count(3)
    for tab in (page, other):
        expect(tab.locator(".message.pending")).to_have_count(0)
        assert _texts(tab, "customer") == ["một", "hai"]
    assert other not in listening  # the first tab's stream serves both


def test_the_other_tab_takes_over_when_the_listening_one_is_closed(
    context: BrowserContext, page: Page, served: str
) -> None:
    other = _open(context, served)
    page.close()
    _say(other, "còn nghe không")
    expect(other.locator(".message.bot").last).to_contain_text("còn nghe không")


def test_two_tabs_without_network_send_each_word_once(
    context: BrowserContext, page: Page, served: str, stored: Callable[[str], list[dict[str, object]]]
) -> None:
    other = _open(context, served)
    context.set_offline(True)
    _say(page, "một")
    expect(other.locator(".message.pending")).to_have_count(1)
    _say(other, "hai")
    context.set_offline(False)
    for tab in (page, other):
        expect(tab.locator(".message.bot")).to_have_count(3, timeout=LONG_MS)
        expect(tab.locator(".message.pending")).to_have_count(0)
    assert [each["text"] for each in stored("web")] == ["một", "hai"]


def test_a_hidden_tab_counts_in_its_title(context: BrowserContext, page: Page, db: Database) -> None:
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", {value: true, configurable: true});
                   document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    with db.transaction() as connection:
        newest = connection.exec_driver_sql("SELECT max(id) AS id FROM conversations.conversation").one().id
        post(connection, newest, [Content(text="có điện rồi ạ")])
    db.notifier.live(newest, "message")
    expect(page).to_have_title("(1) Trợ lý Điện lực – Chăm sóc khách hàng EVN")
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", {value: false, configurable: true});
                   document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    expect(page).to_have_title("Trợ lý Điện lực – Chăm sóc khách hàng EVN")


# --- breaks -------------------------------------------------------------------------------------------------


@pytest.fixture
def gateway(settings: Settings, db: Database) -> Iterator[Serving]:
    """A gateway that can be stopped and started again."""
    serving = Serving(lambda: create_app(settings, db))
    yield serving
    serving.stop()


def test_a_restarted_server_is_found_again_without_loss_or_doubling(
    context: BrowserContext, gateway: Serving, stored: Callable[[str], list[dict[str, object]]]
) -> None:
    page = _open(context, gateway.url)
    _say(page, "một")
    expect(page.locator(".message.bot")).to_have_count(2)
    gateway.stop()
    _say(page, "hai")
    expect(page.locator(".message.pending .state")).to_contain_text("Chờ mạng để gửi")
    gateway.start()
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator(".message.bot")).to_have_count(3, timeout=LONG_MS)
    assert _texts(page, "customer") == ["một", "hai"]
    assert [each["text"] for each in stored("web")] == ["một", "hai"]


def test_a_break_that_lasts_is_told_and_gone_when_it_ends(context: BrowserContext, page: Page) -> None:
    blocked = ("**/web/events", "**/web/messages*")
    for pattern in blocked:
        context.route(pattern, lambda route: route.abort())
    page.reload()
    expect(page.locator("#network")).to_have_text("Đang kết nối lại…")
    for pattern in blocked:
        context.unroute(pattern)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".message.bot")).to_have_count(1)
    expect(page.locator("#network")).to_be_hidden()


def test_a_machine_that_slept_reads_what_it_missed(context: BrowserContext, page: Page, db: Database) -> None:
    context.set_offline(True)
    expect(page.locator("#network")).to_contain_text("Mất kết nối")
    with db.transaction() as connection:
        newest = connection.exec_driver_sql("SELECT max(id) AS id FROM conversations.conversation").one().id
        post(connection, newest, [Content(text=f"tin {n}") for n in range(3)])
    context.set_offline(False)
    expect(page.locator(".message.bot")).to_have_count(4)
    assert _texts(page, "bot")[1:] == ["tin 0", "tin 1", "tin 2"]


def test_a_token_that_is_too_old_is_renewed_unseen(page: Page, db: Database) -> None:
    old = page.evaluate("JSON.parse(localStorage['care-chat.session']).token")
    page.evaluate(
        """() => { const kept = JSON.parse(localStorage['care-chat.session']); kept.at = 0;
                   localStorage['care-chat.session'] = JSON.stringify(kept); }"""
    )
    page.reload()
    expect(page.locator(".message.bot")).to_have_count(1)
    _say(page, "alo")
    expect(page.locator(".message.bot")).to_have_count(2)
    assert page.evaluate("JSON.parse(localStorage['care-chat.session']).token") != old
    with db.transaction() as connection:
        count = connection.exec_driver_sql("SELECT count(*) AS n FROM conversations.conversation").one().n
    assert count == 1


# --- files and places ---------------------------------------------------------------------------------------


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
    _say(page, "ảnh đây")
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
    _say(page, "em xem giúp")
    expect(page.locator(".message.bot").last).to_contain_text("em xem giúp")
    mine = page.locator(".message.customer .bubble")
    expect(mine).to_contain_text("10.77690, 106.70090")
    expect(mine.locator(".file")).to_have_count(1)
    expect(mine.locator("img")).to_have_count(0)
    expect(page.locator("#tray")).to_be_hidden()


def _hand_in(page: Page, name: str) -> None:
    page.locator("#file").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": PDF})
    expect(page.locator(".chip button")).to_have_count(1)
    page.get_by_label("Tin nhắn của anh/chị").fill("đơn đây")
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_enabled()
    page.keyboard.press("Enter")


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
    page.route(
        "**/web/messages",
        lambda route: (route.fetch(), route.abort())[1] if route.request.method == "POST" else route.continue_(),
    )
    _hand_in(page, "đơn\u200b.pdf")
    expect(page.locator(".message.bot")).to_have_count(2)
    page.unroute("**/web/messages")
    page.reload()
    expect(page.locator(".message.customer a.file")).to_have_text("đơn.pdf")
    expect(page.locator(".message.customer")).to_have_count(1)


def test_the_other_tab_sees_the_picture_too(context: BrowserContext, page: Page, served: str) -> None:
    other = _open(context, served)
    page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": drawn("PNG")})
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_enabled()
    _say(page, "ảnh đây")
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


# --- words --------------------------------------------------------------------------------------------------


def _told(page: Page, db: Database, text: str) -> None:
    with db.transaction() as connection:
        newest = connection.exec_driver_sql("SELECT max(id) AS id FROM conversations.conversation").one().id
        post(connection, newest, [Content(text=text)])
    db.notifier.live(newest, "message")
    expect(page.locator(".message.bot")).to_have_count(2)


def test_a_little_markdown_is_drawn(page: Page, db: Database) -> None:
    _told(page, db, "Dạ **có sự cố** ạ:\n- mã `YC12345678`\n- *dự kiến* [xem lịch](https://example.vn/a)\nGọi 1558 ạ.")
    bubble = page.locator(".message.bot .bubble").last
    expect(bubble.locator("strong")).to_have_text("có sự cố")
    expect(bubble.locator("li")).to_have_count(2)
    expect(bubble.locator("code")).to_have_text("YC12345678")
    expect(bubble.locator("a").first).to_have_attribute("href", "https://example.vn/a")
    expect(bubble.locator("a").last).to_have_attribute("href", "tel:1558")


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)><script>alert(1)</script>",
        "[bấm](javascript:alert(1)) **<b>đậm</b>**",
        "[x](https://a.vn/\"onmouseover=alert(1)) https://a.vn/'><img>",
        "**" * 500 + "`" * 500 + "[" * 500,
        "‮ngược‬ a" + "́" * 2000,
    ],
)
def test_hostile_words_stay_words(page: Page, db: Database, text: str) -> None:
    _told(page, db, text)
    bubble = page.locator(".message.bot .bubble").last
    assert bubble.locator("script, img, b, [onmouseover], a[href^='javascript']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- the menu -----------------------------------------------------------------------------------------------


def test_a_talk_is_ended_rated_and_goes_on(page: Page, db: Database) -> None:
    _choose(page, "Kết thúc trò chuyện")
    page.get_by_role("dialog").get_by_role("button", name="Không").click()
    expect(page.locator("#rating")).to_be_hidden()
    _choose(page, "Kết thúc trò chuyện")
    page.get_by_role("dialog").get_by_role("button", name="Kết thúc").click()
    expect(page.locator("#status")).to_have_text("Đã kết thúc")
    page.get_by_role("button", name="Gửi đánh giá").click()
    expect(page.get_by_text("Anh/chị chọn số sao giúp em ạ.")).to_be_visible()
    page.get_by_role("radio", name="4 sao").check(force=True)
    page.get_by_label("Góp ý thêm").fill("nhanh")
    page.get_by_role("button", name="Gửi đánh giá").click()
    expect(page.get_by_text("Em cảm ơn anh/chị đã đánh giá ạ.")).to_be_visible()
    with db.transaction() as connection:
        row = connection.exec_driver_sql("SELECT stars, comment FROM conversations.rating").one()
    assert tuple(row) == (4, "nhanh")
    page.reload()
    expect(page.locator("#status")).to_have_text("Đã kết thúc")
    expect(page.locator("#rating")).to_be_hidden()
    _say(page, "còn nữa")
    expect(page.locator(".message.bot").last).to_contain_text("còn nữa")


def test_a_deleted_talk_is_gone_in_every_tab_and_a_new_one_begins(
    context: BrowserContext, page: Page, served: str
) -> None:
    _say(page, "bí mật")
    expect(page.locator(".message.bot")).to_have_count(2)
    other = _open(context, served)
    expect(other.locator(".message.bot")).to_have_count(2)
    before = page.evaluate("JSON.parse(localStorage['care-chat.session']).session_id")
    _choose(page, "Xóa cuộc trò chuyện")
    page.get_by_role("dialog").get_by_role("button", name="Xóa hết").click()
    for tab in (page, other):
        expect(tab.locator(".message.bot")).to_have_count(1)
        expect(tab.get_by_text("bí mật")).to_have_count(0)
    assert page.evaluate("JSON.parse(localStorage['care-chat.session']).session_id") != before
    _say(other, "chào em")
    expect(page.locator(".message.bot").last).to_contain_text("chào em")


def test_what_was_erased_by_asking_is_gone_from_every_window(context: BrowserContext, page: Page, served: str) -> None:
    _say(page, "bí mật")
    expect(page.locator(".message.bot")).to_have_count(2)
    other = _open(context, served)
    expect(other.get_by_text("bí mật", exact=True)).to_be_visible()
    _say(page, "xóa hết")
    for tab in (page, other):
        expect(tab.get_by_text("bí mật")).to_have_count(0)
        expect(tab.locator(".message.bot")).to_have_text([re.compile("Dạ em đã xóa ạ")])
    _say(other, "chào em")
    expect(page.locator(".message.bot").last).to_contain_text("chào em")


def test_the_talk_can_be_kept_as_a_file(page: Page, tmp_path: Path) -> None:
    _say(page, "mất điện rồi")
    expect(page.locator(".message.bot")).to_have_count(2)
    with page.expect_download() as waiting:
        _choose(page, "Tải nội dung trò chuyện")
    waiting.value.save_as(tmp_path / "talk.txt")
    kept = (tmp_path / "talk.txt").read_text("utf-8-sig")
    assert "Anh/chị: mất điện rồi" in kept
    assert "Trợ lý: Dạ em nghe: mất điện rồi" in kept


def test_paper_shows_the_whole_talk_and_nothing_else(page: Page) -> None:
    for number in range(6):
        _say(page, f"dòng {number}\n" * 6)
        expect(page.locator(".message.bot")).to_have_count(number + 2)
    page.emulate_media(media="print")
    for name in ("#form", ".options", "#replies", ".call"):
        expect(page.locator(name)).to_be_hidden()
    assert page.evaluate(
        "document.querySelector('#scroller').scrollHeight <= document.querySelector('#scroller').clientHeight"
    )


@pytest.mark.parametrize("size", [{"width": 320, "height": 600}, DESK], ids=["narrow", "desk"])
def test_large_letters_stay_on_the_screen_and_are_remembered(
    browser: Browser, bot: EchoEngine, served: str, size
) -> None:
    context = browser.new_context(viewport=size)
    page = _open(context, served)
    _choose(page, "Chữ to")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".message.bot")).to_have_count(1)
    assert page.locator(".bubble").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") == 20
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_in_viewport(ratio=1)
    assert violations(page) == []
    context.close()


# --- accessibility ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violation_wherever_the_talk_goes(browser: Browser, bot: EchoEngine, served: str, size, scheme) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="vi-VN")
    page = _open(context, served)
    found = {"greeting": violations(page)}
    page.locator("#file").set_input_files(
        [
            {"name": "a.png", "mimeType": "image/png", "buffer": drawn("PNG")},
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF},
        ]
    )
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_enabled()
    found["tray"] = violations(page)
    _say(page, "chọn")
    expect(page.locator("#replies button")).to_have_count(2)
    found["answer"] = violations(page)
    page.get_by_role("button", name="Tùy chọn").click()
    found["menu"] = violations(page)
    page.get_by_role("button", name="Xóa cuộc trò chuyện").click()
    found["dialogue"] = violations(page)
    page.keyboard.press("Escape")
    _choose(page, "Kết thúc trò chuyện")
    page.get_by_role("dialog").get_by_role("button", name="Kết thúc").click()
    expect(page.locator("#rating")).to_be_visible()
    found["rating"] = violations(page)
    context.set_offline(True)
    _say(page, "alo")
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
    page = _open(context, served)
    bot.gate.clear()
    _say(page, "alo")
    expect(page.locator("#typing")).to_be_visible()
    moving = page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
    bot.gate.set()
    context.close()
    assert (moving == 0) is still


def test_strong_contrast_and_forced_colours_keep_edges(browser: Browser, bot: EchoEngine, served: str) -> None:
    context = browser.new_context(viewport=PHONE, forced_colors="active")
    page = _open(context, served)
    assert page.locator(".bubble").first.evaluate("node => getComputedStyle(node).borderTopWidth") == "1px"
    assert page.locator("#replies button").first.evaluate("node => getComputedStyle(node).borderTopWidth") == "1px"
    context.close()
