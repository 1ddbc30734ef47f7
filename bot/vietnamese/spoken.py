"""Codes and numbers spelt aloud ("pê bê không bốn …"), as speech input and older customers write them."""

import re
from collections.abc import Iterator

_DIGITS = {
    "không": "0", "khong": "0", "hông": "0", "một": "1", "mốt": "1", "mot": "1", "hai": "2", "ba": "3",
    "bốn": "4", "tư": "4", "bon": "4", "năm": "5", "lăm": "5", "nam": "5", "sáu": "6", "sau": "6",
    "bảy": "7", "bẩy": "7", "bay": "7", "tám": "8", "tam": "8", "chín": "9", "chin": "9",
}  # fmt: skip
_LETTERS = {
    "pê": "p", "pe": "p", "bê": "b", "be": "b", "xê": "c", "cê": "c", "xe": "c", "đê": "d", "dê": "d", "e": "e",
    "a": "a", "ca": "k", "ka": "k", "quy": "q", "cu": "q", "tê": "t", "vê": "v", "hát": "h", "hat": "h", "mờ": "m",
    "nờ": "n", "yê": "y", "i": "i", "y": "y", "p": "p", "b": "b", "c": "c", "d": "d", "k": "k", "q": "q", "t": "t",
}  # fmt: skip
_ITEM = "|".join(sorted({*_DIGITS, *_LETTERS, "[0-9]"}, key=len, reverse=True))
_RUN = re.compile(rf"(?<!\w)(?:(?:{_ITEM})[ ,.-]{{1,2}}){{7,15}}(?:{_ITEM})(?!\w)")


def spelt_runs(marked: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, characters) of each run of eight and more words that are single letters and digits."""
    for match in _RUN.finditer(marked):
        words = re.split(r"[ ,.-]+", match.group())
        yield match.start(), match.end(), "".join(_DIGITS.get(word) or _LETTERS.get(word) or word for word in words)
