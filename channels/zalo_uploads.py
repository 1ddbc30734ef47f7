"""Files of ours at Zalo: uploaded once, known by an id for seven days, at most so many a month."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from channels.base import words
from channels.zalo_client import ZaloClient
from channels.zalo_errors import QUOTA
from channels.zalo_reading import NAME
from conversations import ChannelStopped, Retry, Unclear, count_for_account

log = structlog.get_logger(__name__)

LIVES_S = 7 * 24 * 3600 - 3600.0
MOST_A_MONTH = 5_000
MOST_KEPT = 1_000
MEGABYTE = 1024 * 1024
# Where each kind goes: the address, what its id is called, the endings it takes, how large a file may be.
KINDS: dict[str, tuple[str, str, frozenset[str], int]] = {
    "image": ("/v2.0/oa/upload/image", "attachment_id", frozenset({"png", "jpg", "jpeg"}), MEGABYTE),
    "file": ("/v2.0/oa/upload/file", "token", frozenset({"pdf", "doc", "docx", "csv"}), 5 * MEGABYTE),
}


class ZaloUploads:
    """The uploads of one official account; a process remembers its own, so a message tried again uploads nothing anew."""

    def __init__(self, client: ZaloClient, read: Callable[[str], bytes | None]) -> None:
        self._client, self._read = client, read
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def id_of(self, kind: str, url: str, name: str) -> str | None:
        """The id of the file at `url`, uploaded when it is not known; None for one that is gone, that Zalo does not take, or
        that the month's quota has no room for: the words around it still go. Raises a SendError."""
        with self._lock:
            known, until = self._known.get(url, ("", 0.0))
        if self._client.clock() < until:
            return known
        data = self._read(url)
        path, field, endings, largest = KINDS[kind]
        if data is None or name.rpartition(".")[2].lower() not in endings or len(data) > largest:
            log.warning("file not sent", kind=kind, bytes=len(data or b""), gone=data is None)
            return None
        uploaded = self._uploaded(path, field, name, data)
        if uploaded:
            self._keep(url, uploaded)
        return uploaded

    def forget(self, url: str) -> None:
        """Zalo knows it no more."""
        with self._lock:
            self._known.pop(url, None)

    def _uploaded(self, path: str, field: str, name: str, data: bytes) -> str | None:
        month = datetime.fromtimestamp(self._client.clock(), UTC).strftime("%Y-%m")
        used = count_for_account(self._client.db, NAME, self._client.account, "uploads", month)
        if used > MOST_A_MONTH:
            log.error("no uploads left this month", account=self._client.account)
            return None
        try:
            answer = self._client.post(path, files={"file": (name, data)})
        except ChannelStopped as error:
            if not error.reason.startswith(f"{QUOTA}:"):
                raise
            log.error("no uploads left this month", account=self._client.account)  # the words are worth more
            return None
        except Unclear as error:  # nothing that a customer could see twice
            raise Retry(error.reason) from error
        return words(answer, field) or None

    def _keep(self, url: str, uploaded: str) -> None:
        with self._lock:
            self._known[url] = (uploaded, self._client.clock() + LIVES_S)
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
