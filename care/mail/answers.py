"""What a reply to a ticket that was closed means: that the trouble goes on, or anything else. Pure."""

from __future__ import annotations

from pathlib import Path

from bot.vietnamese import fold, nfc
from care.place import WORD
from care.words import words_in

KINDS = Path(__file__).parent / "kinds.yml"


def still_not(text: str) -> bool:
    """Whether the customer says that it is not done; words typed without accents only count where they mean one thing."""
    known = words_in(KINDS)["still_not"]
    marked = " ".join(WORD.findall(nfc(text).lower()))
    plain = " ".join(WORD.findall(fold(text)))
    phrases = known["plain"] if marked == plain else known["marked"]
    return plain in known["alone"] or any(f" {one} " in f" {marked} " for one in phrases)
