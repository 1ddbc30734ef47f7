"""Words written without the blank between them: "matdien", "tiềnđiện", "cupdienroi"."""

import json
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from bot.vietnamese.syllables import is_plain_syllable, is_word
from bot.vietnamese.unicode import strip_accents

_LONGEST = 24
_MOST_PARTS = 4


def is_everyday(word: str) -> bool:
    """Whether `word`, its accents left off, is among the words of everyday complaints."""
    return strip_accents(word) in _lists()[1]


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    raw = json.loads(Path(__file__).with_name("spelling.json").read_text("utf-8"))
    around = frozenset(raw["glued_around"].split())
    return around, around | frozenset(raw["glued_with"].split())


@lru_cache(maxsize=8192)
def cut(word: str) -> tuple[str, ...]:
    """The words in `word` (lower case), or `word` alone where it is one, or cut nowhere for certain.

    With accents it is cut where each part is a syllable that bears one or is an everyday word; without, only
    into the words of everyday complaints: "camera" and "hotline" stay whole.
    """
    if not 5 <= len(word) <= _LONGEST or not word.isalpha() or is_plain_syllable(word) or is_word(word):
        return (word,)
    around, everyday = _lists()

    def fits(part: str) -> bool:
        if part.isascii() or (plain := strip_accents(part)) in everyday:
            return part in everyday or (not part.isascii() and is_word(part))
        return len(part) > 2 and plain[0] not in "aeiouy" and is_word(part)

    for parts in range(2, _MOST_PARTS + 1):
        if found := _into(word, parts, fits):
            if len(found) > 1:  # "cócúp" is "có cúp", not "cóc úp"
                found = [one for one in found if everyday.issuperset(map(strip_accents, one))]
            sure = len(found) == 1 and (not word.isascii() or not around.isdisjoint(found[0]))
            return found[0] if sure else (word,)
    return (word,)


def _into(word: str, parts: int, fits: Callable[[str], bool]) -> list[tuple[str, ...]]:
    """Every way of cutting `word` into so many words."""
    if parts == 1:
        return [(word,)] if fits(word) else []
    found: list[tuple[str, ...]] = []
    for end in range(2, min(len(word) - 2 * (parts - 1), 7) + 1):
        if fits(word[:end]):
            found.extend((word[:end], *rest) for rest in _into(word[end:], parts - 1, fits))
    return found
