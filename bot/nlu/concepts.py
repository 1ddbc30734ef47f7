"""Words of one meaning under one name, whatever the region: a lexicon from a data file, read as the customer typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from ruamel.yaml import YAML

from bot.nlu.errors import BadTrainingData
from bot.vietnamese import fold, nfc

_TABLE = Path(__file__).with_name("concepts.yml")
MOST_PAIRED = 12  # a rant names everything: its pairs would say nothing and cost time


@dataclass(frozen=True)
class _Phrase:
    concept: str
    written: tuple[str, ...]
    plain: tuple[str, ...]


@cache
def load() -> dict[str, tuple[_Phrase, ...]]:
    """Every phrase under its first accent-stripped word, the longest first; raises BadTrainingData for a phrase that
    stands twice in one concept."""
    by_first: dict[str, list[_Phrase]] = {}
    for concept, phrases in YAML(typ="safe").load(_TABLE)["concepts"].items():
        if len(set(phrases)) < len(phrases):
            raise BadTrainingData(f"concepts.yml: {concept} names a phrase twice")
        for phrase in phrases:
            written = tuple(nfc(str(phrase)).lower().split())
            one = _Phrase(concept, written, tuple(map(fold, written)))
            by_first.setdefault(one.plain[0], []).append(one)
    return {first: tuple(sorted(found, key=lambda one: -len(one.plain))) for first, found in by_first.items()}


def places(written: Sequence[str], plain: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first word, word after the last, concept) of every phrase, in order; `plain` are `written` without accents.

    A phrase counts where its words were typed without accents or with the right ones.
    """
    phrases = load()
    return [
        (place, place + len(phrase.plain), phrase.concept)
        for place, word in enumerate(plain)
        for phrase in phrases.get(word, ())
        if _stands(phrase, written, plain, place)
    ]


def concepts(written: Sequence[str], plain: Sequence[str]) -> list[str]:
    """The concepts that the words name, each once, in order."""
    return list(dict.fromkeys(concept for _, _, concept in places(written, plain)))


def concept_grams(written: Sequence[str], plain: Sequence[str]) -> list[str]:
    """Features of the concepts: each alone, and each two together whatever their order."""
    found = concepts(written, plain)
    pairs = combinations(sorted(found[:MOST_PAIRED]), 2)
    return [*(f"k:{concept}" for concept in found), *(f"k:{one}+{other}" for one, other in pairs)]


def _stands(phrase: _Phrase, written: Sequence[str], plain: Sequence[str], place: int) -> bool:
    end = place + len(phrase.plain)
    if tuple(plain[place:end]) != phrase.plain:
        return False
    typed = zip(written[place:end], plain[place:end], phrase.written, strict=True)
    return all(word in (right, bare) for word, bare, right in typed)
