"""The sequence model: names the facts that no rule finds, word by word, learnt from the trainers' annotations.

A linear-chain conditional random field (CRFsuite). What the rules found is one of its features, so that it learns where
they are right. Labels are BIO: `B-ward`, `I-ward`, `O`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.nlu.concepts import places
from bot.nlu.facts import marks_in
from bot.nlu.features import Mark, read
from bot.vietnamese import fold, strip_accents

FILE = "sequence.crf"
MOST_WORDS = 120  # facts stand in the first lines; the rest of a rant only costs time
ROUNDS = 12  # the averaged perceptron reads no better after more
_SHAPE = re.compile(r"\d+")
_EDGES = ",.;:!?\n"


class Tagger:
    """Finds marks in a message; `model` is a file that `train` wrote."""

    def __init__(self, model: Path) -> None:
        import pycrfsuite

        self._tagger: Any = pycrfsuite.Tagger()
        self._tagger.open(str(model))

    def marks(self, text: str, known: Sequence[Mark]) -> list[Mark]:
        """Every fact it sees in `text`; `known` are the rules' findings."""
        words = read(text).words[:MOST_WORDS]
        if not words:
            return []
        labels = self._tagger.tag(list(_features(text, known)))
        return list(_spans(words, labels))


def train(annotated: Sequence[tuple[str, Sequence[Mark]]], model: Path) -> None:
    """Learn from texts with their marks, and from the same without accents; writes `model`."""
    import pycrfsuite

    # The averaged perceptron: a tenth of the time of maximum likelihood, a point of F1 below it.
    trainer = pycrfsuite.Trainer(algorithm="ap", verbose=False)
    trainer.set_params({"max_iterations": ROUNDS})
    for text, meant in annotated:
        bare = strip_accents(text) if meant else text  # what holds no fact teaches the same without accents
        for version in dict.fromkeys((text, bare)):
            if len(version) == len(text) and read(version).words:
                trainer.append(list(_features(version, marks_in(version))), labels(version, meant))
    trainer.train(str(model))


def labels(text: str, marks: Sequence[Mark]) -> list[str]:
    """The BIO label of each word; a word counts to a mark that covers any of it."""
    found: list[str] = []
    last: Mark | None = None
    for word in read(text).words[:MOST_WORDS]:
        mark = next((mark for mark in marks if word.start < mark.end and mark.start < word.end), None)
        found.append("O" if mark is None else f"{'I' if mark is last else 'B'}-{mark.entity}")
        last = mark
    return found


def _spans(words: Sequence[Any], labels: Sequence[str]) -> Iterator[Mark]:
    start = end = -1
    entity = ""
    for word, label in zip(words, labels, strict=True):
        if entity and label != f"I-{entity}":
            yield Mark(entity, start, end)
            entity = ""
        if label != "O":
            if not entity:
                entity, start = label[2:], word.start
            end = word.end
    if entity:
        yield Mark(entity, start, end)


def _features(text: str, known: Sequence[Mark]) -> Iterator[list[str]]:
    """One list of features a word: itself, its neighbours, what the rules say of it, and its shape."""
    words = read(text).words[:MOST_WORDS]
    written = [word.normal for word in words]
    plain = [_SHAPE.sub("0", fold(word)) for word in written]
    ruled = labels(text, known)
    named: dict[int, set[str]] = {}
    for start, end, concept in places(written, plain):
        for at in range(start, end):
            named.setdefault(at, set()).add(f"{'B' if at == start else 'I'}-{concept}")
    whole = [
        f"m={one}" for one in sorted({one for all_here in named.values() for one in all_here if one[0] == "B"})[:8]
    ]
    for at, word in enumerate(words):
        own = [f"w={written[at]}", f"p={plain[at]}", f"r={ruled[at]}", f"s={_shape(word.surface)}"]
        own += [f"pre={plain[at][:2]}", f"suf={plain[at][-2:]}", *(f"k={one}" for one in named.get(at, ()))]
        for step in (-3, -2, -1, 1, 2, 3):
            there = at + step
            inside = 0 <= there < len(words)
            own.append(f"{step}p={plain[there] if inside else '^$'}")
            if inside and abs(step) < 3:
                own.append(f"{step}r={ruled[there]}")
        if at:
            own.append(f"-1+0={plain[at - 1]} {plain[at]}")
            own += ["gap"] if _edge_between(text, words[at - 1].end, word.start) else []
        if at + 1 < len(words):
            own.append(f"0+1={plain[at]} {plain[at + 1]}")
        own += whole
        own.append("first" if at == 0 else "last" if at == len(words) - 1 else "inside")
        yield own


def _edge_between(text: str, end: int, start: int) -> bool:
    return any(char in _EDGES for char in text[end:start])


def _shape(surface: str) -> str:
    if surface.isdigit():
        return f"d{min(len(surface), 14)}"
    if any(char.isdigit() for char in surface):
        return "mixed"
    return "Title" if surface[:1].isupper() and not surface.isupper() else "CAPS" if surface.isupper() else "low"
