"""Fitting text to a platform's limits: cleaned on the way in, cut and numbered on the way out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from conversations import Button

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_INVISIBLE = {"Cf", "Zs", "Zl", "Zp", "Cc"}
# Where a long text may be cut, best first: between paragraphs, lines, sentences ("1. " ends none), words.
_CUTS = [re.compile(p) for p in (r"\n\s*\n", r"\n", r"(?:(?<=[^\d\s][.!?…])|(?<=[.!?…][\"”’)\]]))\s", r"\s")]
_LONGEST_CLUSTER = 32
_MOST_MARKS = 2


def clean(text: str) -> str:
    """`text` in NFC without control characters and lone surrogates; new lines and tabs stay."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def says_something(text: str) -> bool:
    """Whether a reader would see anything of `text`."""
    return any(unicodedata.category(sign) not in _INVISIBLE for sign in text)


def plain_name(name: str, limit: int = 60) -> str:
    """A name as a stranger chose it, without what could hide or turn the text around it: direction and zero-width signs,
    heaps of combining marks, new lines."""
    kept, marks = [], 0
    for sign in " ".join(clean(name).split()):
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind not in ("Cf", "Cc", "Co", "Cn") and marks <= _MOST_MARKS:
            kept.append(sign)
    return shortened("".join(kept).strip(), limit)


def pieces(text: str, limit: int) -> list[str]:
    """`text` in parts of at most `limit` characters, cut where a sentence ends if one ends in their latter half."""
    parts = []
    rest = unicodedata.normalize("NFC", text).strip()
    while len(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _cut(text: str, limit: int) -> int:
    window = text[: limit + 1]
    for place in _CUTS:
        at = max((found.start() for found in place.finditer(window)), default=0)
        if at > limit // 2:
            return at
    # One endless word: at least not between a letter and its marks.
    near = range(limit, max(limit - _LONGEST_CLUSTER, 0), -1)
    return next((at for at in near if not unicodedata.category(text[at]).startswith("M")), limit)


def shortened(text: str, limit: int) -> str:
    """`text`, its end replaced by an ellipsis when it is longer than `limit`."""
    text = unicodedata.normalize("NFC", text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def with_numbered_lines(text: str, buttons: Sequence[Button]) -> str:
    """`text` with its buttons as numbered lines; a bare number or the words pick one (the spine understands both)."""
    lines = (f"{number}. {button.title}" for number, button in enumerate(buttons, 1))
    return "\n".join([text, *lines] if text else lines)


def national(phone: str) -> str:
    """A Vietnamese number as people write it: 84912345678 → 0912345678; other numbers stay as they are."""
    digits = re.sub(r"[\s.+-]", "", phone)
    return "0" + digits[2:] if re.fullmatch(r"84\d{9}", digits) else phone.strip()
