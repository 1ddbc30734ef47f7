"""`make facebook-setup`: a page is hooked up once and for all; what is wrong is told in words that help."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from apps.facebook_setup import main
from channels.facebook_profile import differing, profile
from conversations import menu
from settings import Settings
from tests.platforms import FacebookPlatform

TALK = Path(__file__).resolve().parents[2] / "data" / "responses" / "talk.yml"
HTTPS = "https://chat.example"


class Reached(FacebookPlatform):
    """Facebook reaches a gateway that knows this word."""

    def call(self, url: str, verify_token: str) -> bool:
        return url == f"{HTTPS}/webhooks/facebook" and verify_token == self.verify_token


@pytest.fixture
def page(settings: Settings):
    with Reached() as platform:
        yield platform


@pytest.fixture
def known(settings: Settings, page: FacebookPlatform) -> Settings:
    return settings.model_copy(update={"facebook_graph_url": page.url, "public_url": HTTPS})


def test_a_page_is_set_up_once(known, page, capsys):
    assert main(known) == 0
    told = capsys.readouterr().out
    assert "Điện lực Ba Đình" in told
    assert f"{HTTPS}/webhooks/facebook/data-deletion" in told
    assert page.setup.webhook["callback_url"] == f"{HTTPS}/webhooks/facebook"
    assert {"messages", "message_echoes", "standby", "messaging_handovers"} <= page.setup.fields
    assert page.setup.profile == profile()
    written = page.setup.written

    assert main(known) == 0
    assert page.setup.written == written
    assert "đã đúng" in capsys.readouterr().out


def test_only_what_differs_is_changed(known, page):
    main(known)
    page.setup.profile["greeting"][0]["text"] = "lời cũ"
    page.asked.clear()
    assert main(known) == 0
    (changed,) = [each.json() for each in page.asked if each.method == "POST"]
    assert list(changed) == ["greeting"]


def test_what_facebook_adds_by_itself_is_no_difference():
    there = profile()
    there["persistent_menu"][0] |= {"disabled_surfaces": []}
    del there["persistent_menu"][0]["composer_input_disabled"]
    assert differing(profile(), there) == {}
    assert set(differing(profile(), {})) == set(profile())


def test_the_menu_has_the_groups_of_the_bots_own():
    groups = yaml.safe_load(TALK.read_text("utf8"))["replies"]["help"]["buttons"]
    assert [{"title": each.title, "payload": each.payload} for each in menu()] == groups


def _wrong(known: Settings, capsys: pytest.CaptureFixture[str], **changes: object) -> str:
    assert main(known.model_copy(update=changes)) == 1
    return capsys.readouterr().out


def test_each_fault_is_told_in_plain_words(known, page, capsys):
    assert "Token của trang không còn hiệu lực" in _wrong(known, capsys, facebook_page_token="old")
    assert "App secret không khớp" in _wrong(known, capsys, facebook_app_secret="another's")
    assert "do ứng dụng 190012345678901 cấp" in _wrong(known, capsys, facebook_app_id="5")
    assert "PUBLIC_URL phải bắt đầu" in _wrong(known, capsys, public_url="http://chat.example")
    assert "FACEBOOK_VERIFY_TOKEN" in _wrong(known, capsys, facebook_verify_token="another word")
    assert "bắt chậm lại" in _wrong(known, capsys, facebook_graph_url="http://127.0.0.1:9")
    page.setup.scopes = ["pages_messaging"]
    assert "thiếu quyền pages_manage_metadata" in _wrong(known, capsys)
    assert "Chưa có trang Facebook nào" in _wrong(known, capsys, facebook_page_token="")


def test_no_word_of_it_holds_a_secret(known, page, capsys):
    page.faults.append((400, {"error": {"code": 100, "message": f"bad token {page.page_token}"}}))
    told = _wrong(known, capsys)
    assert page.page_token not in told
    assert page.app_secret not in told + _wrong(known, capsys, facebook_app_secret="fb-app-secret-2")


def test_a_token_that_ends_and_an_unknown_app_are_pointed_out(known, page, capsys):
    page.setup.expires_at = 1_800_000_000
    assert main(known.model_copy(update={"facebook_app_id": ""})) == 0
    told = capsys.readouterr().out
    assert "FACEBOOK_APP_ID=190012345678901" in told
    assert "hết hạn lúc 2027-01-15" in told


def test_each_page_is_checked_for_itself(known, page, capsys, tmp_path):
    file = tmp_path / "accounts.yml"
    more = {"page_id": "2002", "app_secret": page.app_secret, "page_token": page.page_token, "verify_token": "w"}
    file.write_text(yaml.safe_dump({"version": 1, "facebook": [more]}))
    assert "không phải trang 2002" in _wrong(known, capsys, channel_accounts=file)
    assert page.setup.profile == profile()
