"""The bot's own pictures: one file a turn, links that a platform can follow and a stranger cannot guess."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from channels import media_store
from channels.media import LinkedSender, MediaStore
from conversations import Content, Outbound
from settings import Settings

PNG = b"\x89PNG\r\n\x1a\n and so on"


class Outbox:
    """A platform that takes everything."""

    def __init__(self) -> None:
        self.taken: list[Outbound] = []

    def send(self, out: Outbound) -> str | None:
        self.taken.append(out)
        return "1"


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path, "secret", "https://chat.example")


def test_the_same_picture_of_the_same_turn_is_one_file(store: MediaStore, tmp_path: Path) -> None:
    first = store.picture(PNG, "9:0", "điện.png")

    assert store.picture(PNG, "9:0", "điện.png") == first
    assert store.picture(PNG, "10:0", "điện.png") != first
    assert len(list(tmp_path.iterdir())) == 2


def test_its_name_depends_on_the_secret(store: MediaStore, tmp_path: Path) -> None:
    other = MediaStore(tmp_path, "another", "https://chat.example")

    assert store.picture(PNG, "9:0", "").url != other.picture(PNG, "9:0", "").url


def test_a_platform_gets_a_link_that_shows_the_picture(store: MediaStore, client, settings: Settings) -> None:
    outbox = Outbox()
    shown = media_store(settings).picture(PNG, "9:0", "điện.png")
    out = Outbound(1, 1, "zalo", "main", "u", Content(text="a", attachments=(shown,)), None, 0)

    LinkedSender(outbox, media_store(settings)).send(out)

    (sent,) = outbox.taken[0].content.attachments
    assert sent.url.startswith("http://chat.example/media/")
    got = client.get(urlsplit(sent.url).path)
    assert (got.data, got.mimetype) == (PNG, "image/png")


def test_other_addresses_stay(store: MediaStore) -> None:
    content = Content(text="a")

    assert store.linked(content) == content


def test_without_a_secret_nothing_is_kept(settings: Settings) -> None:
    with pytest.raises(ValueError, match="WEB_SECRET"):
        media_store(settings.model_copy(update={"web_secret": ""}))
