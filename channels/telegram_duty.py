"""The staff's group on Telegram: messages with one button, their changes, and what a press in the group says.

Sending and changing belong to the jobs process; reading a press is pure and used by whoever takes updates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from channels.base import Webhook
from channels.telegram_reading import press

if TYPE_CHECKING:
    from channels.telegram_client import TelegramClient
    from channels.telegram_pace import Pace

DATA = re.compile(r"duty:(\d{1,18})")


@dataclass(frozen=True)
class DutyPress:
    """Somebody in the staff's group took an alert in hand."""

    alert_id: int
    by: str


def duty_press(webhook: Webhook, chat: str) -> DutyPress | None:
    """The press that a verified webhook holds, if it comes from the staff's group `chat`."""
    pressed = press(webhook.event)
    known = DATA.fullmatch(pressed.data) if pressed is not None and pressed.chat_id == chat else None
    return DutyPress(int(known[1]), pressed.by) if known and pressed else None


class DutyChat:
    """Writes into the staff's group; both methods raise a SendError."""

    def __init__(self, client: TelegramClient, pace: Pace, chat: str) -> None:
        self._client, self._pace, self._chat = client, pace, chat

    def tell(self, alert_id: int, text: str, button: str | None) -> str:
        """A new message → its id."""
        self._pace.wait(self._chat)
        call = {"method": "sendMessage", "text": text, "reply_markup": _markup(alert_id, button)}
        return self._client.send(self._chat, call, {})

    def change(self, message_id: str, alert_id: int, text: str, button: str | None) -> None:
        """The message as it reads now."""
        self._pace.wait(self._chat)
        self._client.change(self._chat, int(message_id), text, _markup(alert_id, button))


def _markup(alert_id: int, button: str | None) -> dict[str, object]:
    keys = [[{"text": button, "callback_data": f"duty:{alert_id}"}]] if button else []
    return {"inline_keyboard": keys}
