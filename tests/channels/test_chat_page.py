"""The chat in a real browser: tabs in step, outages of the network and the server, words, the menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from apps.gateway import create_app
from conversations import Content, Database, post
from settings import Settings
from tests.channels.chat_window import choose, open_chat, say, texts
from tests.serving import Serving

pytestmark = pytest.mark.browser

LONG_MS = 20_000


# --- tabs ---------------------------------------------------------------------------------------------------


def test_two_tabs_show_the_same_talk_and_one_of_them_listens(context: BrowserContext, page: Page, served: str) -> None:
    listening: set[Page] = set()
    context.on("request", lambda request: listening.add(request.frame.page) if "/web/events" in request.url else None)
    other = open_chat(context, served)
    say(page, "một")
    expect(other.locator(".message.bot")).to_have_count(2)
    say(other, "hai")
    expect(page.locator(".message.bot")).to_have_count(3)
    for tab in (page, other):
        expect(tab.locator(".message.pending")).to_have_count(0)
        assert texts(tab, "customer") == ["một", "hai"]
    assert other not in listening  # the first tab's stream serves both


def test_the_other_tab_takes_over_when_the_listening_one_is_closed(
    context: BrowserContext, page: Page, served: str
) -> None:
    other = open_chat(context, served)
    page.close()
    say(other, "còn nghe không")
    expect(other.locator(".message.bot").last).to_contain_text("còn nghe không")


def test_two_tabs_without_network_send_each_word_once(
    context: BrowserContext, page: Page, served: str, stored: Callable[[str], list[dict[str, object]]]
) -> None:
    other = open_chat(context, served)
    context.set_offline(True)
    say(page, "một")
    expect(other.locator(".message.pending")).to_have_count(1)
    say(other, "hai")
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
    page = open_chat(context, gateway.url)
    say(page, "một")
    expect(page.locator(".message.bot")).to_have_count(2)
    gateway.stop()
    say(page, "hai")
    expect(page.locator(".message.pending .state")).to_contain_text("Chờ mạng để gửi")
    gateway.start()
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator(".message.bot")).to_have_count(3, timeout=LONG_MS)
    assert texts(page, "customer") == ["một", "hai"]
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
    assert texts(page, "bot")[1:] == ["tin 0", "tin 1", "tin 2"]


def test_a_token_that_is_too_old_is_renewed_unseen(page: Page, db: Database) -> None:
    old = page.evaluate("JSON.parse(localStorage['care-chat.session']).token")
    page.evaluate(
        """() => { const kept = JSON.parse(localStorage['care-chat.session']); kept.at = 0;
                   localStorage['care-chat.session'] = JSON.stringify(kept); }"""
    )
    page.reload()
    expect(page.locator(".message.bot")).to_have_count(1)
    say(page, "alo")
    expect(page.locator(".message.bot")).to_have_count(2)
    assert page.evaluate("JSON.parse(localStorage['care-chat.session']).token") != old
    with db.transaction() as connection:
        count = connection.exec_driver_sql("SELECT count(*) AS n FROM conversations.conversation").one().n
    assert count == 1


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
    choose(page, "Kết thúc trò chuyện")
    page.get_by_role("dialog").get_by_role("button", name="Không").click()
    expect(page.locator("#rating")).to_be_hidden()
    choose(page, "Kết thúc trò chuyện")
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
    say(page, "còn nữa")
    expect(page.locator(".message.bot").last).to_contain_text("còn nữa")


def test_a_deleted_talk_is_gone_in_every_tab_and_a_new_one_begins(
    context: BrowserContext, page: Page, served: str
) -> None:
    say(page, "bí mật")
    expect(page.locator(".message.bot")).to_have_count(2)
    other = open_chat(context, served)
    expect(other.locator(".message.bot")).to_have_count(2)
    before = page.evaluate("JSON.parse(localStorage['care-chat.session']).session_id")
    choose(page, "Xóa cuộc trò chuyện")
    page.get_by_role("dialog").get_by_role("button", name="Xóa hết").click()
    for tab in (page, other):
        expect(tab.locator(".message.bot")).to_have_count(1)
        expect(tab.get_by_text("bí mật")).to_have_count(0)
    assert page.evaluate("JSON.parse(localStorage['care-chat.session']).session_id") != before
    say(other, "chào em")
    expect(page.locator(".message.bot").last).to_contain_text("chào em")


def test_what_was_erased_by_asking_is_gone_from_every_window(context: BrowserContext, page: Page, served: str) -> None:
    say(page, "bí mật")
    expect(page.locator(".message.bot")).to_have_count(2)
    other = open_chat(context, served)
    expect(other.get_by_text("bí mật", exact=True)).to_be_visible()
    say(page, "xóa hết")
    for tab in (page, other):
        expect(tab.get_by_text("bí mật")).to_have_count(0)
        expect(tab.locator(".message.bot")).to_have_text([re.compile("Dạ em đã xóa ạ")])
    say(other, "chào em")
    expect(page.locator(".message.bot").last).to_contain_text("chào em")


def test_the_talk_can_be_kept_as_a_file(page: Page, tmp_path: Path) -> None:
    say(page, "mất điện rồi")
    expect(page.locator(".message.bot")).to_have_count(2)
    with page.expect_download() as waiting:
        choose(page, "Tải nội dung trò chuyện")
    waiting.value.save_as(tmp_path / "talk.txt")
    kept = (tmp_path / "talk.txt").read_text("utf-8-sig")
    assert "Anh/chị: mất điện rồi" in kept
    assert "Trợ lý: Dạ em nghe: mất điện rồi" in kept


def test_paper_shows_the_whole_talk_and_nothing_else(page: Page) -> None:
    for number in range(6):
        say(page, f"dòng {number}\n" * 6)
        expect(page.locator(".message.bot")).to_have_count(number + 2)
    page.emulate_media(media="print")
    for name in ("#form", ".options", "#replies", ".call"):
        expect(page.locator(name)).to_be_hidden()
    assert page.evaluate(
        "document.querySelector('#scroller').scrollHeight <= document.querySelector('#scroller').clientHeight"
    )
