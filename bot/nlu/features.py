"""From a message to the features its wish is read from: words written and accent-stripped, letters, meanings, facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.concepts import concept_grams
from bot.nlu.spelling import NO_SPELLING, Spelling
from bot.vietnamese import Normalized, fold, normalize

LONGEST_CHAR_NGRAM = 4
MOST_WORDS = 150  # what a customer wants stands in the first lines; the rest only costs time
RULED = "ruled"  # where a message keeps the facts that rules found, for the component that comes later
SURE = "sure"  # where it keeps the confidence of every wish
MASKED = frozenset({"customer_code", "ticket_code", "phone_number", "email"})
FORMAT = 7  # grows whenever the same text would give other n-grams

_DIGITS = re.compile(r"\d")
_LENGTHS = ((1, "1"), (2, "2"), (4, "3"), (8, "5"), (16, "9"))


@dataclass(frozen=True)
class Mark:
    """A recognised fact: characters `start` to `end` of the text as typed are an `entity`."""

    entity: str
    start: int
    end: int


@lru_cache(maxsize=64)
def read(text: str) -> Normalized:
    """`normalize`, remembered for the length of a turn: facts, wishes and n-grams all begin with it."""
    return normalize(text)


def ngrams(text: str, marks: Sequence[Mark] = (), spelling: Spelling = NO_SPELLING) -> list[str]:
    """Every n-gram of `text`, slips of the finger undone by `spelling`, repeated as often as it occurs.

    Codes and phone numbers are replaced by their kind (`__customer_code__`), so that no number is learnt
    by heart; every recognised fact also counts by its kind.
    """
    return grams_of(words_of(text, marks), [mark.entity for mark in marks], spelling)


def words_of(text: str, marks: Sequence[Mark]) -> list[str]:
    """The normal words as typed, each masked fact as one word, digits as 0."""
    masks = [mark for mark in marks if mark.entity in MASKED]
    written: list[str] = []
    for word in read(text).words[:MOST_WORDS]:
        mask = next((mark for mark in masks if word.start < mark.end and mark.start < word.end), None)
        token = f"__{mask.entity}__" if mask else _DIGITS.sub("0", word.normal)
        if token.startswith("__") and written and written[-1] == token:
            continue
        written.extend(token.split())
    return written


def grams_of(words: Sequence[str], kinds: Sequence[str], spelling: Spelling) -> list[str]:
    """The n-grams of a message with these `words_of` and facts of these `kinds`."""
    written = spelling.repair(words)
    plain = [word if word.startswith("__") else fold(word) for word in written]
    found = [f"e:{kind}" for kind in kinds]
    found.append(f"l:{_length(len(written))}")
    found.extend(_word_ngrams("w", written))
    found.extend(_word_ngrams("p", plain))
    # Letters of the accent-stripped words only: those of the written ones too would double the cost and read no better.
    found.extend(_char_ngrams("s", plain))
    found.extend(concept_grams(written, plain))
    return found


def _word_ngrams(kind: str, words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield f"{kind}:{word}"
    for first, second in zip(["^", *words], [*words, "$"], strict=True):
        yield f"{kind}:{first} {second}"


def _char_ngrams(kind: str, words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word.startswith("__"):
            continue
        padded = f" {word[:30]} "
        for size in range(2, LONGEST_CHAR_NGRAM + 1):
            for start in range(len(padded) - size + 1):
                yield f"{kind}:{padded[start : start + size]}"


def _length(words: int) -> str:
    """A coarse word count: answers are short, reports are long."""
    return next((name for limit, name in _LENGTHS if words <= limit), "17")
