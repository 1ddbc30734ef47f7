"""Word patterns from data files, matched on the words of a message whatever their accents and spelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from bot.nlu.features import read
from bot.vietnamese import Word, fold

_HAZARDS = Path(__file__).with_name("hazards.yml")
_NAMES = Path(__file__).with_name("names.yml")
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


@dataclass(frozen=True)
class NameWords:
    """What names.yml knows, accent-stripped but for the family names."""

    family: frozenset[str]
    announced_by: tuple[tuple[str, ...], ...]
    titles: frozenset[str]
    never: frozenset[str]


@cache
def _hazard_phrases() -> tuple[int, dict[str, list[Phrase]]]:
    raw = YAML(typ="safe").load(_HAZARDS)
    by_first: dict[str, list[Phrase]] = {}
    for kind, lines in raw["kinds"].items():
        for line in lines:
            parts = tuple(tuple(fold(part).split()) for part in line.split(_ANY))
            by_first.setdefault(parts[0][0], []).append(Phrase(kind, parts))
    return raw["gap"], by_first


@cache
def _name_words() -> NameWords:
    raw = YAML(typ="safe").load(_NAMES)
    announced = sorted((tuple(fold(words).split()) for words in raw["announced_by"]), key=len, reverse=True)
    return NameWords(
        frozenset(raw["family"]) | frozenset(map(fold, raw["family"])),
        tuple(announced),
        frozenset(map(fold, raw["titles"])),
        frozenset(map(fold, raw["never"])),
    )


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


def find_names(text: str) -> list[Found]:
    """Person names: after words that announce one, or a family name and more in capitals."""
    words = read(text).words
    plain = [fold(word.surface) for word in words]
    known = _name_words()
    found: list[Found] = []
    for start in _name_starts(words, plain, known):
        end = start
        while end < len(words) and end - start < 5 and _goes_on(text, words, plain, start, end, known):
            end += 1
        announced = start > 0 and any(_ends_with(plain, start, lead) for lead in known.announced_by)
        if end - start >= (1 if announced and words[start].surface[0].isupper() else 2) and not (
            found and found[-1].end > words[start].start
        ):
            found.append(Found("person_name", words[start].start, words[end - 1].end))
    return found


def _name_starts(words: Sequence[Word], plain: Sequence[str], known: NameWords) -> Iterator[int]:
    for place, word in enumerate(words):
        after_lead = any(_ends_with(plain, place, lead) for lead in known.announced_by)
        after_title = place > 0 and plain[place - 1] in known.titles
        is_family = word.surface.lower() in known.family
        capital = word.surface[:1].isupper()
        if after_lead and plain[place] not in known.titles | known.never:
            if is_family or capital:
                yield place
        elif is_family and capital and after_title:
            yield place


def _ends_with(plain: Sequence[str], place: int, lead: tuple[str, ...]) -> bool:
    """Whether `lead`, perhaps followed by one title, stands right before `place`."""
    direct = tuple(plain[max(0, place - len(lead)) : place]) == lead
    return direct or tuple(plain[max(0, place - 1 - len(lead)) : place - 1]) == lead and _is_title(plain[place - 1])


def _is_title(word: str) -> bool:
    return word in _name_words().titles


def _goes_on(
    text: str, words: Sequence[Word], plain: Sequence[str], start: int, end: int, known: NameWords
) -> bool:
    """Whether the word at `end` still belongs to the name that began at `start`."""
    word = words[end]
    if not word.surface.isalpha() or plain[end] in known.never:
        return False
    if end == start:
        return True
    between = text[words[end - 1].end : word.start]
    # A name is written in one lettering: after "Lan" a small word is no more of it.
    return not between.strip() and word.surface[0].isupper() == words[start].surface[0].isupper()
