"""The sequence model: names the facts that no rule finds, word by word, learnt from the trainers' annotations.

A linear-chain conditional random field (CRFsuite). What the rules found and what the message is about are among its
features, so that it learns where they are right. Labels are BIO: `B-ward`, `I-ward`, `O`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.nlu.concepts import places
from bot.nlu.facts import marks_in
from bot.nlu.features import Mark, read
from bot.nlu.services import asked_by, find_services
from bot.nlu.workers import over_all
from bot.vietnamese import fold, strip_accents

FILE = "sequence.crf"
MOST_WORDS = 120  # facts stand in the first lines; the rest of a rant only costs time
SERVICE = "service"
SERVICE_FROM = 0.25  # chosen on held-out hands
ROUNDS = 12  # the averaged perceptron reads no better after more
_SHAPE = re.compile(r"\d+")
_EDGES = ",.;:!?\n"


class Tagger:
    """Finds marks in a message; `model` is a file that `train` wrote."""

    def __init__(self, model: Path) -> None:
        import pycrfsuite

        self._tagger: Any = pycrfsuite.Tagger()
        self._tagger.open(str(model))

    def marks(self, text: str, known: Sequence[Mark], wish: str) -> list[Mark]:
        """Every fact it sees in `text`, read as one with this `wish`; `known` are the rules' findings."""
        words = read(text).words[:MOST_WORDS]
        if not words:
            return []
        labels = self._tagger.tag(list(_features(text, known, wish)))
        seen = _spans(words, labels)
        return list(seen) if wish in asked_by() else [mark for mark in seen if mark.entity != SERVICE]


def wish_of_facts(sure: Mapping[str, float]) -> str:
    """The wish under which facts are read, from the confidences of a message's wishes (not empty).

    A service named is worth showing already when it is likely that one is asked for.
    """
    asking = {wish: sure.get(wish, 0.0) for wish in asked_by()}
    chosen = asking if sum(asking.values()) >= SERVICE_FROM else sure
    return max(chosen, key=lambda wish: chosen[wish])


def train(annotated: Sequence[tuple[str, str, Sequence[Mark]]], model: Path) -> None:
    """Learn from (text, wish, marks), and from the same without accents; writes `model`."""
    import pycrfsuite

    # Passive-aggressive updates: a sixth of the time of maximum likelihood, as good on hands held out.
    trainer = pycrfsuite.Trainer(algorithm="pa", verbose=False)
    trainer.set_params({"max_iterations": ROUNDS})
    versions = [
        (version, wish, meant)
        for text, wish, meant in annotated
        # What holds no fact teaches the same without accents.
        for version in dict.fromkeys((text, strip_accents(text) if meant else text))
        if len(version) == len(text)
    ]
    known = over_all(marks_in, [version for version, _, _ in versions])
    for (version, wish, meant), marks in zip(versions, known, strict=True):
        if read(version).words:
            trainer.append(list(_features(version, marks, wish)), labels(version, meant))
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


def _features(text: str, known: Sequence[Mark], wish: str) -> Iterator[list[str]]:
    """One list of features a word: itself, its neighbours, what the rules say of it, its shape, the message's wish."""
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
    services = _service_places(text) if wish in asked_by() else {}
    for at, word in enumerate(words):
        own = [f"i={wish}", f"i={wish} {plain[at]}"]
        if at in services:
            own += [f"g={services[at]}", f"g={services[at]} {wish}"]
        own += [f"w={written[at]}", f"p={plain[at]}", f"r={ruled[at]}", f"s={_shape(word.surface)}"]
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


def _service_places(text: str) -> dict[int, str]:
    """Which word begins, goes on and follows a service named."""
    places: dict[int, str] = {}
    for start, end in find_services(text):
        places |= {start: "B", end: "E"} | dict.fromkeys(range(start + 1, end), "I")
    return places


def _edge_between(text: str, end: int, start: int) -> bool:
    return any(char in _EDGES for char in text[end:start])


def _shape(surface: str) -> str:
    if surface.isdigit():
        return f"d{min(len(surface), 14)}"
    if any(char.isdigit() for char in surface):
        return "mixed"
    return "Title" if surface[:1].isupper() and not surface.isupper() else "CAPS" if surface.isupper() else "low"
