"""Vietnamese telephone numbers as people type them, and the three digits that prove one."""

import re

from bot.vietnamese.codes import find_customer_codes, find_ticket_codes
from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.spoken import spelt
from bot.vietnamese.unicode import align

_PREFIX = re.compile(r"(?<![\w+])\(?(?:\+[ .]?84|0084|84|0|o(?=[ .]?[35789]))\)?(?=[ \t.\-()]{0,2}[0-9o])")
_NEXT_DIGIT = re.compile(r"[ \t.\-()]{0,2}([0-9o])(?![a-z])")
_NATIONAL = re.compile(r"0(?:[35789][0-9]{8}|2[0-9]{9})")
_WORDS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4",
    "nam": "5", "lam": "5", "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_DIGIT = "|".join((*_WORDS, "[0-9]"))
_SPOKEN = re.compile(rf"(?<!\w)(?:(?:{_DIGIT})[ ,.-]{{1,2}}){{2}}(?:{_DIGIT})(?!\w)")
_THREE = re.compile(r"(?<![0-9])[0-9]{3}(?![0-9])")


def find_phones(text: str) -> list[Span[str]]:
    """Telephone numbers of persons, national form (`0987000111`); hotlines (1558, 1900…) never."""
    aligned = align(text)
    taken = [(s.start, s.end) for s in (*find_customer_codes(text), *find_ticket_codes(text))]
    found: list[Span[str]] = []
    position = 0
    while match := _PREFIX.search(aligned.plain, position):
        position = match.end()
        number = _number_at(aligned.plain, match.end())
        if number is None:
            continue
        value, position = number
        start, stop = aligned.typed_range(match.start(), position)
        if not any(start < end and begin < stop for begin, end in taken):
            found.append(Span(start, stop, text[start:stop], value))
    spans = [*taken, *((span.start, span.end) for span in found)]
    for one in spelt(aligned.marked, _NATIONAL, 11):
        span = span_at(aligned, one.start, one.end, one.said)
        if not any(span.start < end and begin < span.end for begin, end in spans):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def _number_at(plain: str, after_prefix: int) -> tuple[str, int] | None:
    """The longest valid number from there on, national form, and where it ends."""
    digits, end, best = "0", after_prefix, None
    while len(digits) < 12 and (step := _NEXT_DIGIT.match(plain, end)):
        digits += step.group(1).replace("o", "0")
        end = step.end()
        if plain[end : end + 1].isdigit():
            continue
        # 84 0987…: the trunk zero kept behind the country code.
        for value in (digits, digits[1:]):
            if _NATIONAL.fullmatch(value):
                best = value, end
    return best


def parse_last_three(text: str) -> str | None:
    """The three digits a customer names as the end of their phone; None when none or more than one reading."""
    phones = find_phones(text[:500])
    if len(phones) == 1:
        return phones[0].value[-3:]
    plain = align(text[:500]).plain
    groups = set(_THREE.findall(plain))
    for match in _SPOKEN.finditer(plain):
        groups.add("".join(_WORDS.get(part, part) for part in re.split(r"[ ,.-]+", match.group())))
    return groups.pop() if len(groups) == 1 else None
