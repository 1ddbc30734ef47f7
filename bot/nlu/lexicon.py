"""Words that name a danger, from a data file, matched whatever their accents and spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from bot.nlu.features import read
from bot.vietnamese import fold

_HAZARDS = Path(__file__).with_name("hazards.yml")
_ANY = "..."


@dataclass(frozen=True)
class Found:
    """A phrase of the lexicon: characters `start` to `end` of the text as typed."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Phrase:
    """Accent-stripped words in order; between the parts up to `gap` other words may stand."""

    kind: str
    parts: tuple[tuple[str, ...], ...]


@cache
def _hazard_phrases() -> tuple[int, dict[str, list[Phrase]]]:
    raw = YAML(typ="safe").load(_HAZARDS)
    by_first: dict[str, list[Phrase]] = {}
    for kind, lines in raw["kinds"].items():
        for line in lines:
            parts = tuple(tuple(fold(part).split()) for part in line.split(_ANY))
            by_first.setdefault(parts[0][0], []).append(Phrase(kind, parts))
    return raw["gap"], by_first


def find_hazards(text: str) -> list[Found]:
    """The dangers named in `text`, longest first where they overlap."""
    words = read(text).words
    plain = [fold(word.normal) for word in words]
    gap, by_first = _hazard_phrases()
    found: list[Found] = []
    taken = -1
    for place, word in enumerate(plain):
        ends = [
            (end, phrase.kind) for phrase in by_first.get(word, ()) if (end := _match(plain, place, phrase.parts, gap))
        ]
        if ends and place > taken:
            last, kind = max(ends)
            found.append(Found(kind, words[place].start, words[last - 1].end))
            taken = last - 1
    return found


def _match(words: Sequence[str], place: int, parts: Sequence[tuple[str, ...]], gap: int) -> int:
    """The index after a match that begins at `place`; 0 when there is none."""
    if tuple(words[place : place + len(parts[0])]) != parts[0]:
        return 0
    place += len(parts[0])
    for part in parts[1:]:
        nearest = (at for at in range(place, place + gap + 1) if tuple(words[at : at + len(part)]) == part)
        at = next(nearest, None)
        if at is None:
            return 0
        place = at + len(part)
    return place
