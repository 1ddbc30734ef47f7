"""What somebody wrote just now: a letter's text without the earlier letters below it and without a signature. Pure."""

from __future__ import annotations

import re

from bot.vietnamese import fold

LONGEST = 20_000
# Where the earlier letter begins; folded, one line, or two joined (Gmail breaks its line).
_EARLIER = re.compile(
    r"^(?:on .{5,200} wrote:|vao .{5,200} da viet:|luc .{5,200} da viet:|.{0,120}<[^<>]+@[^<>]+> (?:wrote|da viet):"
    r"|-{2,}\s*(?:original message|forwarded message|thu goc|thu da chuyen tiep|tin nhan goc)\s*-{2,}|_{10,}"
    r"|begin forwarded message:)$"
)
_BEGINS = re.compile(r"^(?:on|vao|luc) ")
_OUTLOOK = re.compile(r"^\**(?:from|tu)\**:.*")
_OUTLOOK_NEXT = re.compile(r"^\**(?:sent|date|da gui|ngay|to|den)\**:.*")
_SIGNATURE = re.compile(
    r"^(?:--|sent from my .{2,40}|gui tu .{2,40}( cua toi)?|(?:get )?outlook (?:for|danh cho) .{2,20}"
    r"|tai outlook cho .{2,20}|duoc gui tu .{2,40})$"
)
_FAREWELL = re.compile(
    r"^(?:tran trong(?: kinh chao)?|kinh thu|best regards|kind regards|regards|thanks and regards)[.,!]*$"
)
MOST_FAREWELL_LINES = 8


def own_words(text: str) -> str:
    """The new words of a letter; all of it when nothing else would be left."""
    lines = text[:LONGEST].splitlines()
    kept = _before_signature(_before_earlier(lines))
    words = "\n".join(line for line in kept if not line.lstrip().startswith(">")).strip()
    return re.sub(r"\n{3,}", "\n\n", words) or text.strip()[:LONGEST]


def _before_earlier(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        this = _folded(line)
        broken = _BEGINS.match(this) and number + 1 < len(lines)
        both = _folded(f"{line} {lines[number + 1]}") if broken else this
        if _EARLIER.match(this) or _EARLIER.match(both):
            return lines[:number]
        following = [_folded(one) for one in lines[number + 1 : number + 4]]
        if _OUTLOOK.match(this) and any(_OUTLOOK_NEXT.match(one) for one in following):
            return lines[:number]
    return lines


def _before_signature(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        this = _folded(line)
        near_end = len(lines) - number <= MOST_FAREWELL_LINES
        if _SIGNATURE.match(this) or (_FAREWELL.match(this) and near_end and number > 0):
            return lines[:number]
    return lines


def _folded(line: str) -> str:
    return " ".join(fold(line[:400]).split())
