"""One spelling for what looks the same: NFC, one Đ, one tone placement, no control characters."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_MARKS = "\u0300-\u036f"
_VOWELS = {
    "a": "àáảãạ",
    "e": "èéẻẽẹ",
    "o": "òóỏõọ",
    "u": "ùúủũụ",
    "y": "ỳýỷỹỵ",
    "i": "ìíỉĩị",
}
# Ð (Icelandic) and Ɖ (African) are drawn like Đ and come from foreign keyboards and old fonts.
_LOOKALIKES = {0xD0: "Đ", 0xF0: "đ", 0x189: "Đ", 0x256: "đ"}
# Invisible characters that split words; the zero width joiner (200D) stays, emoji are built with it.
_INVISIBLE = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_JUNK = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_INVISIBLE}\ud800-\udfff]")
# Unicode reorders a run of marks in quadratic time; nobody types more than three on a letter.
_MOST_MARKS = 6
_LONGEST_CLUSTER = 16
_SPECIAL = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_INVISIBLE}\ud800-\udfff\xd0\xf0\u0189\u0256]")


def _both_cases(pairs: dict[str, str]) -> dict[str, str]:
    """Each two-letter key in its four letterings, the value lettered alike."""
    table = {}
    for (wrong, right), first, second in product(pairs.items(), (str.lower, str.upper), (str.lower, str.upper)):
        table[first(wrong[0]) + second(wrong[1])] = first(right[0]) + second(right[1])
    return table


# Open syllables: hoà -> hòa. With a final consonant the tone stands on the second vowel: tóan -> toán.
_OPEN = _both_cases(
    {
        first + _VOWELS[second][tone]: _VOWELS[first][tone] + second
        for first, second in ("oa", "oe", "uy")
        for tone in range(5)
    }
)
_CLOSED = _both_cases(
    {
        _VOWELS[first][tone] + second: first + _VOWELS[second][tone]
        for first, second in ("oa", "oe", "uy")
        for tone in range(5)
    }
)
# After qu and gi the tone belongs to the vowel that follows: qúa -> quá, gía -> giá.
_GLIDE = _both_cases(
    {
        _VOWELS[first][tone] + second: first + _VOWELS[second][tone]
        for first, seconds in (("u", "aeyi"), ("i", "aou"))
        for second in seconds
        for tone in range(5)
    }
)
_LETTER = "[^\\W\\d_]"
_TONES = re.compile(
    f"(?<=[qQ])(?P<q>[{_VOWELS['u']}{_VOWELS['u'].upper()}][aeyiAEYI])(?![{_MARKS}])"
    f"|(?<=[gG])(?P<g>[{_VOWELS['i']}{_VOWELS['i'].upper()}][aouAOU])(?![{_MARKS}])"
    f"|(?<![qQ])(?P<open>{'|'.join(_OPEN)})(?!{_LETTER}|[{_MARKS}])"
    f"|(?<![qQ])(?P<closed>{'|'.join(_CLOSED)})(?=(?:[cmptCMPT]|[nN])(?!{_LETTER}*[{_MARKS}]))"
)
_TONED = re.compile("[" + "".join(v + v.upper() for v in _VOWELS.values()) + "]")


def _retone(match: re.Match[str]) -> str:
    found = match.group()
    kind = match.lastgroup
    table = _OPEN if kind == "open" else _CLOSED if kind == "closed" else _GLIDE
    return table[found]


def _place_tones(text: str) -> str:
    return _TONES.sub(_retone, text) if _TONED.search(text) else text


def nfc(text: str) -> str:
    """`text` in the one spelling all look-ups use; idempotent.

    NFC; control and invisible characters and lone surrogates removed (line breaks and tabs stay);
    Ð becomes Đ; tones placed the school way (hoà -> hòa, tóan -> toán, qúa -> quá).
    """
    if text.isascii():
        return _JUNK.sub("", text)
    if _SPECIAL.search(text):
        text = _JUNK.sub("", text).translate(_LOOKALIKES)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _without_mark_storms(text))
    return _place_tones(text)


def _without_mark_storms(text: str) -> str:
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


class _Bases(dict[int, str]):
    """Character -> its base letter, filled as characters are met; bounded by Unicode itself."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        parts = unicodedata.normalize("NFD", char)
        plain = len(parts) > 1 and all(unicodedata.combining(mark) for mark in parts[1:])
        self[code] = parts[0] if plain else char
        return self[code]


_BASES = _Bases({ord("đ"): "d", ord("Đ"): "D"})
_LOOSE_MARKS = re.compile(f"[{_MARKS}]")
_BLANKS = re.compile(r"\s+")


def strip_accents(text: str) -> str:
    """`nfc(text)` without accents, đ as d; character by character, so the length stays that of `nfc(text)`."""
    clean = nfc(text)
    return clean if clean.isascii() else clean.translate(_BASES)


def fold(text: str) -> str:
    """The key for look-ups: no accents, lower case, blanks squeezed to one and trimmed."""
    plain = _LOOSE_MARKS.sub("", strip_accents(text)).lower()
    return _BLANKS.sub(" ", plain).strip()


@dataclass(frozen=True)
class Aligned:
    """A text in three letterings of equal length, with the way back to the text as typed.

    `marked` is lower case in the one spelling, `plain` the same without accents. `starts[i]` is where
    character `i` begins in `typed` (one extra entry for the end); None when all three match one to one.
    """

    typed: str
    marked: str
    plain: str
    starts: Sequence[int] | None

    def typed_range(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in `typed` of the aligned characters `start` to `end` (`start < end`)."""
        if self.starts is None:
            return start, end
        last = self.starts[end - 1]
        stop = self.starts[end]
        # Junk typed after the last character belongs to nobody.
        while stop - 1 > last and _JUNK.match(self.typed, stop - 1):
            stop -= 1
        return self.starts[start], stop


def _clusters(text: str) -> tuple[str, list[int]]:
    """`text` cluster by cluster in NFC, with where each resulting character began."""
    pieces: list[str] = []
    starts: list[int] = []
    begin, size = 0, len(text)
    while begin < size:
        end = begin + 1
        while end < size and (unicodedata.combining(text[end]) or _JUNK.match(text, end)):
            end += 1
        # At most one character a cluster: marks that found no letter to join carry no meaning.
        cluster = _JUNK.sub("", text[begin:end][:_LONGEST_CLUSTER]).translate(_LOOKALIKES)
        if piece := unicodedata.normalize("NFC", cluster)[:1]:
            pieces.append(piece)
            starts.append(begin)
        begin = end
    starts.append(size)
    return "".join(pieces), starts


@lru_cache(maxsize=32)
def align(text: str) -> Aligned:
    """`text` ready for the parsers. The last few are kept: a turn asks several parsers about one message."""
    starts: list[int] | None = None
    if _SPECIAL.search(text) or not unicodedata.is_normalized("NFC", text):
        text_nfc, starts = _clusters(text)
    else:
        text_nfc = text
    # İ is the one character whose lower case is longer than itself.
    marked = _place_tones(text_nfc).replace("\u0130", "I").lower()
    return Aligned(text, marked, marked.translate(_BASES).lower(), starts)
