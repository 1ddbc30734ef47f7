"""Words that name a danger, from a data file, matched with their accents or without any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from bot.nlu.features import read
from bot.vietnamese import fold, nfc

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
    """Words in order, each as (with accents, without); between the parts up to `gap` other words may stand.

    `bare` tells whether the words also count typed without accents.
    """

    kind: str
    parts: tuple[tuple[tuple[str, str], ...], ...]
    bare: bool


@cache
def _hazard_phrases() -> tuple[int, dict[str, list[Phrase]]]:
    raw = YAML(typ="safe").load(_HAZARDS)
    by_first: dict[str, list[Phrase]] = {}
    for part, bare in (("kinds", True), ("accents_needed", False)):
        for kind, lines in raw[part].items():
            for line in lines:
                phrase = Phrase(kind, tuple(_words(words) for words in line.split(_ANY)), bare)
                by_first.setdefault(phrase.parts[0][0][1], []).append(phrase)
    return raw["gap"], by_first


def _words(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((word, fold(word)) for word in nfc(text).lower().split())


def find_hazards(text: str) -> list[Found]:
    """The dangers named in `text`; of those that begin alike the one with fewest other words between, then the longest."""
    words = read(text).words
    said = [(word.normal, fold(word.normal)) for word in words]
    gap, by_first = _hazard_phrases()
    found: list[Found] = []
    taken = -1
    for place, (_, plain) in enumerate(said):
        if place <= taken or plain not in by_first:
            continue
        ends = [
            (len(phrase.parts) > 1, end if len(phrase.parts) > 1 else -end, end, phrase.kind)
            for phrase in by_first[plain]
            if (end := _match(said, place, phrase, gap))
        ]
        if ends:
            *_, last, kind = min(ends)
            found.append(Found(kind, words[place].start, words[last - 1].end))
            taken = last - 1
    return found


def _match(said: Sequence[tuple[str, str]], place: int, phrase: Phrase, gap: int) -> int:
    """The index after a match that begins at `place`; 0 when there is none."""
    first, *rest = phrase.parts
    if not _here(said, place, first, phrase.bare):
        return 0
    place += len(first)
    for part in rest:
        nearest = (at for at in range(place, place + gap + 1) if _here(said, at, part, phrase.bare))
        at = next(nearest, None)
        if at is None:
            return 0
        place = at + len(part)
    return place


def _here(said: Sequence[tuple[str, str]], place: int, part: Sequence[tuple[str, str]], bare: bool) -> bool:
    """Whether the words of `part` stand at `place`, none with other accents than its own."""
    words = said[place : place + len(part)]
    if len(words) < len(part):
        return False
    return all(
        typed == marked or (bare and typed == plain) for (typed, _), (marked, plain) in zip(words, part, strict=True)
    )
