"""What a customer sends to a bot is fetched when its link is followed: signed, within limits, kept nowhere, token in no log."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from channels.media import MediaStore, media_store
from channels.telegram_files import LARGEST, TelegramFiles
from channels.telegram_reading import read
from conversations import Attachment, Content
from tests.platforms import TelegramPlatform

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
SENT = Attachment("image", url="telegram:AgADphoto", name="đồng hồ.jpg")


@pytest.fixture
def store(settings) -> MediaStore:
    return media_store(settings)


def _follow(client: FlaskClient, store: MediaStore, attachment: Attachment = SENT):
    return client.get(store.shown(attachment)["url"].removeprefix("http://chat.example"))


def test_a_picture_is_fetched_by_its_link_and_kept_nowhere(client, store, telegram: TelegramPlatform, settings):
    telegram.files["AgADphoto"] = PNG
    answer = _follow(client, store)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert list((settings.var_dir / "media").glob("*")) == []


def test_the_engine_gets_a_link_that_a_ticket_can_be_given(store, telegram: TelegramPlatform):
    update = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1,
            "chat": {"id": 5, "type": "private"},
            "from": {"id": 5},
            "media_group_id": "139",
            "photo": [{"file_id": "small"}, {"file_id": "AgADphoto"}],
        },
    }
    inbound = read(update, "7000000001", None)  # type: ignore[arg-type]  # its date is known
    (attachment,) = inbound.content.attachments
    assert (attachment.url, inbound.content.album) == ("telegram:AgADphoto", "139")
    assert Content.from_json(inbound.content.to_json()) == inbound.content
    assert store.shown(attachment)["url"].startswith("http://chat.example/media/")


def test_what_is_no_picture_is_never_shown_as_a_page(client, store, telegram: TelegramPlatform):
    telegram.files["AgADphoto"] = b"<html><script>alert(1)</script>"
    answer = _follow(client, store)
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"


def test_a_forged_link_asks_telegram_nothing(client, store, telegram: TelegramPlatform):
    telegram.files["AgADphoto"] = PNG
    link = store.shown(SENT)["url"].removeprefix("http://chat.example")
    assert client.get(link[:-3] + "abc").status_code == 404
    other = MediaStore(store._folder, "another", "http://chat.example")
    assert client.get(other.shown(SENT)["url"].removeprefix("http://chat.example")).status_code == 404
    assert telegram.made("getFile") == []


@pytest.mark.parametrize("size", [LARGEST + 1, 21 * 1024 * 1024])
def test_too_large_a_file_is_not_fetched(client, store, telegram: TelegramPlatform, size: int):
    telegram.files["AgADphoto"] = PNG + b"0" * size
    assert _follow(client, store).status_code == 404
    assert [each.path for each in telegram.asked if each.path.startswith("/file/")] == []


def test_a_file_that_grows_beyond_what_was_told_is_given_up(telegram: TelegramPlatform):
    telegram.faults += [(200, {"ok": True, "result": {"file_size": 10, "file_path": "photos/big"}}), None]
    telegram.files["big"] = b"0" * (LARGEST + 1)
    assert TelegramFiles([telegram.token], telegram.url).read("telegram:big") is None


def test_the_bot_that_knows_the_file_is_found(telegram: TelegramPlatform):
    telegram.files["a"] = PNG
    assert TelegramFiles(["7:other", telegram.token], telegram.url).read("telegram:a") == PNG


@pytest.mark.parametrize(
    "fault", [(502, {}), (200, {"ok": True, "result": []}), (200, {"ok": True, "result": {"file_path": "../../x"}})]
)
def test_what_telegram_does_not_give_is_not_there(client, store, telegram: TelegramPlatform, fault):
    telegram.files["AgADphoto"] = PNG
    telegram.faults.append(fault)
    assert _follow(client, store).status_code == 404


def test_a_telegram_that_is_away_is_logged_without_the_token(app: Flask, settings, telegram, capsys, caplog):
    files = TelegramFiles([telegram.token], "http://127.0.0.1:1")
    assert files.read("telegram:x") is None
    logged = capsys.readouterr().out + caplog.text
    assert "ConnectionError" in logged
    assert telegram.token not in logged
