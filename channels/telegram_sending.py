"""Sending as a Telegram bot: each call in its time, going on after a failure where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from channels.base import OWN_FILE
from channels.telegram_client import TelegramClient
from channels.telegram_pace import Pace
from channels.telegram_rendering import messages
from conversations import Outbound

MEDIA = ("photo", "document")


class TelegramSender:
    """Sends as one bot; safe to call from many threads."""

    def __init__(self, client: TelegramClient, pace: Pace, read: Callable[[str], bytes | None]) -> None:
        self._client, self._pace, self._read = client, pace, read

    def send(self, out: Outbound) -> str | None:
        """Every call that has not been made yet → the last message's id; raises a SendError."""
        return out.progress.send_rest(messages(out.content), partial(self._send_part, out.user_id))

    def _send_part(self, chat: str, call: Mapping[str, Any]) -> str | None:
        own = [call[name] for name in MEDIA if str(call.get(name, "")).startswith(OWN_FILE)]
        files = {url: data for url in own if (data := self._read(url)) is not None}
        if len(files) < len(own):
            return None  # deleted meanwhile: the words around it still go
        self._pace.turn(chat)
        return self._client.send(chat, call, files)
