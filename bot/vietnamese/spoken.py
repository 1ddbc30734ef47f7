"""Codes and numbers spelt aloud ("pê bê không bốn …"), as speech input and older customers write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {
    "không": "0", "khong": "0", "hông": "0", "o": "0", "ô": "0", "một": "1", "mốt": "1", "mot": "1", "hai": "2", "ba": "3",
    "bốn": "4", "tư": "4", "bon": "4", "năm": "5", "lăm": "5", "nam": "5", "sáu": "6", "sau": "6",
    "bảy": "7", "bẩy": "7", "bay": "7", "tám": "8", "tam": "8", "chín": "9", "chin": "9",
}  # fmt: skip
_LETTERS = {
    "pê": "p", "pe": "p", "pờ": "p", "phê": "p", "bê": "b", "be": "b", "bờ": "b", "xê": "c", "cê": "c", "xe": "c", "cờ": "c",
    "đê": "d", "dê": "d", "đờ": "d", "de": "d", "e": "e", "ê": "e", "gờ": "g", "giê": "g", "a": "a", "ca": "k", "ka": "k",
    "quy": "q", "cu": "q", "tê": "t", "te": "t", "tờ": "t", "vê": "v", "vờ": "v", "hát": "h", "hat": "h", "hờ": "h",
    "lờ": "l", "mờ": "m", "nờ": "n", "rờ": "r", "sờ": "s", "ích": "x", "yê": "y", "i": "i", "y": "y",
    "p": "p", "b": "b", "c": "c", "d": "d", "k": "k", "q": "q", "t": "t",
}  # fmt: skip
_ITEM = "|".join((*sorted({*_DIGITS, *_LETTERS}, key=len, reverse=True), "[0-9]{1,7}"))
_RUN = re.compile(rf"(?<!\w)(?:(?:{_ITEM})[ ,.-]{{1,2}}){{3,19}}(?:{_ITEM})(?!\w)")
_WORD = re.compile(_ITEM)
_SHORTEST = 8


@dataclass(frozen=True)
class Spelt:
    """Characters `start` to `end` of the lettering with accents spell `said`; `words` are the words among them."""

    start: int
    end: int
    said: str
    words: int


def spelt_runs(marked: str) -> Iterator[list[Spelt]]:
    """The words of each run that spells eight and more letters and digits, at least two of them as words."""
    for match in _RUN.finditer(marked):
        items = []
        for word in _WORD.finditer(marked, *match.span()):
            typed = word.group()
            items.append(
                Spelt(word.start(), word.end(), _DIGITS.get(typed) or _LETTERS.get(typed) or typed, not typed.isdigit())
            )
        if sum(len(item.said) for item in items) >= _SHORTEST and sum(item.words for item in items) > 1:
            yield items


def spelt(marked: str, shape: re.Pattern[str], longest: int) -> Iterator[Spelt]:
    """What the runs spell that has the whole `shape`, the longest first from each word on, none overlapping."""
    for items in spelt_runs(marked):
        first = 0
        while first < len(items):
            found = _from(items[first:], shape, longest)
            if found:
                yield found
            first = (
                next((at for at, item in enumerate(items) if item.start >= found.end), len(items))
                if found
                else first + 1
            )


def _from(items: list[Spelt], shape: re.Pattern[str], longest: int) -> Spelt | None:
    said, words, best = "", 0, None
    for item in items:
        said += item.said
        words += item.words
        if len(said) > longest:
            break
        if words > 1 and shape.fullmatch(said):
            best = Spelt(items[0].start, item.end, said, words)
    return best
