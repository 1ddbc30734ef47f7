"""Whether a customer's words are a tap on a button that this conversation was shown. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.vietnamese import fold
from conversations.model import Button, Content

LONGEST_CHOICE = 200
Shown = Sequence[Sequence[Button]]


def resolve(content: Content, shown: Shown, standing: Sequence[Button] = ()) -> Content:
    """`content` with a payload only where a shown button proves it.

    `shown` holds the buttons of past bot messages, newest first. A payload that was never shown is dropped and
    its title handled as plain text. A text counts as a tap when it equals a shown payload (Zalo sends taps so), the
    title of a newest button, or the bare number of its line (platforms without buttons show numbered lines). A payload of
    the `standing` buttons, which everybody sees all the time, counts too.
    """
    tapped = _tapped(content, shown, standing)
    if tapped is None:
        return replace(content, payload=None, text=content.text or content.payload)
    return replace(content, payload=tapped.payload, text=tapped.title)


def _tapped(content: Content, shown: Shown, standing: Sequence[Button]) -> Button | None:
    every = [button for buttons in shown for button in buttons]
    if content.payload is not None:
        return next((b for b in [*every, *standing] if b.payload == content.payload), None)
    text = (content.text or "").strip()
    if not text or len(text) > LONGEST_CHOICE or not shown:
        return None
    newest = shown[0]
    # Payloads are plain words; a typed word that happens to equal one means the same thing.
    by_payload = next((b for b in every if b.payload == text), None)
    by_title = next((b for b in newest if fold(b.title) == fold(text)), None)
    return by_payload or by_title or _by_number(text.rstrip(".)"), newest)


def _by_number(text: str, newest: Sequence[Button]) -> Button | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        return None
    number = int(text)
    return newest[number - 1] if 1 <= number <= len(newest) else None
