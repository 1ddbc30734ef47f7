"""A message cut into words with what address parsing asks of each."""

import re
from dataclasses import dataclass

from bot.vietnamese.unicode import Aligned

_TOKEN = re.compile(r"[a-z]{1,2}[0-9]{1,2}\.[0-9]{2,4}(?![\w.])|[^\W_]+(?:[/\-][0-9]+[a-z]?)*")
_BREAK = re.compile(r"[,;\n()|]|\s[-–]\s|[.!?]\s")
_GLUED = re.compile(r"(phuong|quan|hem|ngo|to|kp|ap|khu|p|f|q|h|ql|tl|dt|hl)([0-9]{1,4}[a-z]?(?:[/\-][0-9]+[a-z]?)*)")
_ABBREVIATIONS = frozenset({"p", "q", "f", "x", "h", "tp", "tx", "tt", "d", "dg", "ql", "tl", "hl", "so"})
# A customer's message is short; what comes after this many words is not an address any more.
_MOST = 400


@dataclass(frozen=True)
class Token:
    """A word; `parted` when a comma, line end or the like stands before it."""

    plain: str
    marked: str
    start: int
    end: int
    parted: bool
    capital: bool

    @property
    def numeric(self) -> bool:
        """Whether it begins with a digit: a number, "12a", "15/3"."""
        return self.plain[:1].isdigit()


def tokens_of(aligned: Aligned) -> list[Token]:
    """The words of a message; "p5" and "hẻm41" are cut in two."""
    found: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(aligned.plain):
        start, end = match.span()
        parted = last == 0 or bool(_BREAK.search(aligned.plain, last, start))
        if parted and found and found[-1].plain in _ABBREVIATIONS and aligned.plain[last] == ".":
            parted = False  # "p. 5" is one thing
        last = end
        glued = _GLUED.fullmatch(match.group())
        for begin, stop in ((start, start + glued.end(1)), (start + glued.start(2), end)) if glued else ((start, end),):
            typed = aligned.typed_range(begin, stop)[0]
            capital = aligned.typed[typed : typed + 1].isupper()
            found.append(
                Token(
                    aligned.plain[begin:stop],
                    aligned.marked[begin:stop],
                    begin,
                    stop,
                    parted and begin == start,
                    capital,
                )
            )
        if len(found) >= _MOST:
            break
    return found
