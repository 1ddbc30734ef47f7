"""Fetching what a customer sent to a bot, when somebody follows its link: nothing of it is kept here.

Without python-telegram-bot, so that the gateway can do it. The address of a file holds the bot's token: it is in no log
and no error.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from urllib.parse import quote

import requests
import structlog

from channels.base import part, words
from channels.telegram_reading import FILE

log = structlog.get_logger(__name__)

LARGEST = 10 * 1024 * 1024  # what a ticket takes; Telegram itself gives up to 20 MB
PATIENCE_S = (5.0, 10.0)
WHOLE_S = 30.0
PIECE = 64 * 1024
AT_ONCE = 4


class TelegramFiles:
    """The files of all our bots: an id is known to the bot that got it, the others refuse it."""

    def __init__(self, tokens: Sequence[str], api_url: str) -> None:
        self._tokens, self._api_url = tuple(tokens), api_url.rstrip("/")
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def read(self, url: str) -> bytes | None:
        """The bytes behind a `telegram:<file id>`; None when they can't be had, or are more than a ticket takes."""
        file_id = url.removeprefix(FILE)
        if not self._room.acquire(timeout=WHOLE_S):
            return None
        try:
            found = (self._from(token, file_id) for token in self._tokens)
            return next((data for data in found if data is not None), None)
        except requests.RequestException as error:
            log.warning("file not fetched", channel="telegram", kind=type(error).__name__)
            return None
        finally:
            self._room.release()

    def _from(self, token: str, file_id: str) -> bytes | None:
        asked = {"file_id": file_id}
        with requests.post(f"{self._api_url}/bot{token}/getFile", json=asked, timeout=PATIENCE_S) as answer:
            told = answer.json() if answer.status_code == requests.codes.ok else {}
        file = part(told if isinstance(told, dict) else {}, "result")
        size, path = file.get("file_size"), words(file, "file_path")
        if not path or (isinstance(size, int) and size > LARGEST):
            return None
        return _fetched(f"{self._api_url}/file/bot{token}/{quote(path)}")


def _fetched(address: str) -> bytes | None:
    give_up_at = time.monotonic() + WHOLE_S
    content = bytearray()
    with requests.get(address, stream=True, timeout=PATIENCE_S, allow_redirects=False) as answer:
        if answer.status_code != requests.codes.ok:
            return None
        for piece in answer.iter_content(PIECE):
            content += piece
            if len(content) > LARGEST or time.monotonic() > give_up_at:
                return None
    return bytes(content)
