"""The public pages in a real browser, on a phone and on a desk: they fit, work without scripts, and complain of nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from public import forms
from tests.browsers import launched
from tests.care.conftest import Api
from tests.care.incidents.conftest import Callers, customer

pytestmark = pytest.mark.browser

SIZES = [
    pytest.param({"width": 390, "height": 844}, id="phone"),
    pytest.param({"width": 1280, "height": 900}, id="desk"),
]
PATHS = [
    "/tra-cuu",
    "/lich-cat-dien",
    "/lich-cat-dien?ward=Tân Thành",
    f"/lich-cat-dien?code={customer('T11', 0)}",
    "/lich-cat-dien?code=12",
    "/gui-yeu-cau",
    "/chat-luong",
]
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture
def served(gateway: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, gateway, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=SIZES)
def visitor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=request.param, locale="vi-VN", java_script_enabled=False)
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    return visitor.new_page()


def test_every_page_fits_its_screen(browser: Browser, served: str, callers: Callers):
    callers.three_at("T11")
    for size in SIZES:
        context = browser.new_context(viewport=size.values[0], locale="vi-VN")
        page = context.new_page()
        lost = list[str]()
        page.on("requestfailed", lambda request, lost=lost: lost.append(request.url))
        page.on("response", lambda answer, lost=lost: lost.append(answer.url) if answer.status == 404 else None)
        for path in PATHS:
            page.goto(served + path)
            assert not page.evaluate(WIDER), (size.id, path)
            assert page.locator("h1").count() == 1
            cut = page.locator("nav a").evaluate_all(
                "all => all.filter(a => a.getBoundingClientRect().right > innerWidth)"
            )
            assert cut == [], path
        assert lost == []
        context.close()


def test_a_request_is_sent_and_looked_up(page: Page, served: str, api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forms, "SHORTEST_S", 0)
    page.goto(f"{served}/gui-yeu-cau")
    page.get_by_label("Anh/chị cần").select_option("REPORT_OUTAGE")
    page.get_by_label("Số điện thoại").fill("0901")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.locator(".field-wrong")).to_have_count(2)  # neither a place nor a phone that rings
    expect(page.locator("nav [aria-current]")).to_have_text("Gửi yêu cầu")
    page.get_by_label("Số điện thoại").fill("0901 234 567")
    page.get_by_label("Số nhà, đường").fill("12 Trần Phú")
    page.get_by_label("Phường/xã").fill("Cái Khế")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    code = page.locator(".code").inner_text()
    assert [one["code"] for one in api.items("/tickets", phone="0901234567")] == [code]
    page.get_by_role("link", name="Tra cứu phiếu này").click()
    page.get_by_label("3 số cuối điện thoại").fill("567")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("dd").nth(1)).to_have_text("đã tiếp nhận, đang chờ phân công")


def test_outages_are_found_and_what_was_typed_stays(page: Page, served: str, callers: Callers):
    callers.three_at("T11")
    page.goto(f"{served}/lich-cat-dien")
    page.get_by_label("Mã khách hàng").fill("12")
    page.get_by_role("button", name="Xem lịch").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã khách hàng")
    expect(page.get_by_label("Mã khách hàng")).to_have_value("12")
    page.get_by_label("Mã khách hàng").fill(customer("T11", 5))
    page.get_by_role("button", name="Xem lịch").click()
    expect(page.locator("article")).to_contain_text("Sự cố mất điện")
    expect(page.locator("#ket-qua")).to_be_in_viewport()


def test_a_split_ward_is_chosen_by_the_visitor(page: Page, served: str, api: Api):
    page.goto(f"{served}/lich-cat-dien")
    page.get_by_label("Phường/xã").fill("phường 6")
    page.get_by_label("Tỉnh/thành phố").select_option("Thành phố Hồ Chí Minh")
    page.get_by_role("button", name="Xem lịch").click()
    page.locator(".choices a").first.click()
    expect(page.locator("#ket-qua h2")).to_contain_text("Thành phố Hồ Chí Minh")
    expect(page.get_by_role("link", name="(.ics)")).to_be_visible()
