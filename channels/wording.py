"""Fitting text to a platform's limits: cleaned on the way in, cut and numbered on the way out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from conversations import Button

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_INVISIBLE = {"Cf", "Zs", "Zl", "Zp", "Cc"}


def clean(text: str) -> str:
    """`text` in NFC without control characters and lone surrogates; new lines and tabs stay."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def says_something(text: str) -> bool:
    """Whether a reader would see anything of `text`."""
    return any(unicodedata.category(sign) not in _INVISIBLE for sign in text)


def pieces(text: str, limit: int) -> list[str]:
    """`text` in parts of at most `limit` characters, cut at a line end or a blank where there is one."""
    parts = []
    rest = unicodedata.normalize("NFC", text).strip()
    while len(rest) > limit:
        window = rest[: limit + 1]
        cut = max(window.rfind("\n"), window.rfind(" ")) if len(window.split()) > 1 else -1
        cut = cut if cut > limit // 2 else limit
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def shortened(text: str, limit: int) -> str:
    """`text`, its end replaced by an ellipsis when it is longer than `limit`."""
    text = unicodedata.normalize("NFC", text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def with_numbered_lines(text: str, buttons: Sequence[Button]) -> str:
    """`text` with its buttons as numbered lines; a bare number picks one (the spine understands it)."""
    lines = (f"{number}. {button.title}" for number, button in enumerate(buttons, 1))
    return "\n".join([text, *lines] if text else lines)
