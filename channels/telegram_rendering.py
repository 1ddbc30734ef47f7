"""A neutral reply as calls of Telegram's Bot API, without the chat they go to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels.base import SHARE_PHONE, SHARE_PLACE, SHARES, Capabilities
from channels.fitting import fit
from channels.wording import shortened
from conversations import Button, Content

CAN = Capabilities(text=4_096, buttons=100, title=64, payload=64, pictures="uploaded", typing=True, shares=SHARES)
SHORT_TITLE = 16
REQUESTS = {SHARE_PHONE: "request_contact", SHARE_PLACE: "request_location"}


def messages(content: Content) -> list[dict[str, Any]]:
    """Calls (`method` and its parameters) that show `content`: pictures, files, text in parts, a keyboard at the end.

    Addresses of our own files (`media:…`) stand for their bytes: a machine without a public address must upload them.
    """
    shown = fit(content, CAN)
    calls: list[dict[str, Any]] = [{"method": "sendPhoto", "photo": url} for url in shown.pictures]
    calls += [{"method": "sendDocument", "document": file.url} for file in shown.files]
    calls += [{"method": "sendMessage", "text": text} for text in shown.texts]
    if shown.texts:
        calls[-1]["reply_markup"] = _keyboard(shown.buttons)
    return calls


def _keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    if any(button.payload in SHARES for button in buttons):
        # Only a keyboard in place of the customer's own can ask; its other keys send their title, which the spine knows.
        keys = [[_key(button)] for button in buttons]
        return {"keyboard": keys, "one_time_keyboard": True, "resize_keyboard": True}
    if buttons:
        return {"inline_keyboard": [[_inline(button) for button in row] for row in _rows(buttons)]}
    return {"remove_keyboard": True}  # one that asked may still stand there


def _key(button: Button) -> dict[str, Any]:
    asked = {REQUESTS[button.payload]: True} if button.payload in REQUESTS else {}
    return {"text": button.title, **asked}


def _inline(button: Button) -> dict[str, Any]:
    return {"text": shortened(button.title, CAN.title), "callback_data": button.payload}


def _rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Two short ones side by side, a long one alone."""
    rows: list[list[Button]] = []
    for button in buttons:
        short = len(button.title) <= SHORT_TITLE
        if short and rows and len(rows[-1]) == 1 and len(rows[-1][0].title) <= SHORT_TITLE:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows
