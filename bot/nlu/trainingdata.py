"""The training sentences as trainers write them in data/nlu, read and checked against the domain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.nlu.errors import BadTrainingData
from bot.vietnamese import fold

FEWEST = 5
_ANNOTATION = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>[a-z_]+)\)|\{(?P<details>[^}]*)\})")
_ENTITY = re.compile(r"\"entity\":\s*\"(?P<entity>[a-z_]+)\"")


@dataclass(frozen=True)
class Sentence:
    """One training message and where it stands."""

    text: str
    intent: str
    entities: tuple[tuple[str, int, int], ...]  # entity, start, end on `text`
    file: str


@dataclass(frozen=True)
class DomainNames:
    """The intents and entities a model may speak of."""

    intents: frozenset[str]
    entities: frozenset[str]


def read_domain(path: Path) -> DomainNames:
    """The names of domain.yml."""
    raw = _yaml(path)
    return DomainNames(_names(raw.get("intents")), _names(raw.get("entities")))


def read_sentences(folder: Path) -> list[Sentence]:
    """Every example below `folder`; raises BadTrainingData for a file that cannot be read."""
    sentences: list[Sentence] = []
    for path in sorted(folder.rglob("*.yml")):
        for block in _yaml(path).get("nlu") or []:
            if "intent" not in block:
                continue
            lines = [line.strip() for line in block.get("examples", "").splitlines()]
            sentences.extend(
                _sentence(line[1:].strip(), block["intent"], path.name) for line in lines if line.startswith("-")
            )
    return sentences


def check(sentences: Sequence[Sentence], domain: DomainNames) -> None:
    """Raise BadTrainingData naming every unknown intent, thin intent and contradiction at once."""
    faults: list[str] = []
    counts = Counter(sentence.intent for sentence in sentences)
    faults.extend(f"intent {intent!r} is not in domain.yml" for intent in sorted(counts.keys() - domain.intents))
    faults.extend(
        f"intent {intent!r} has {counts[intent]} sentences, fewer than {FEWEST}"
        for intent in sorted(domain.intents)
        if counts[intent] < FEWEST
    )
    meanings: dict[str, Sentence] = {}
    for sentence in sentences:
        other = meanings.setdefault(" ".join(sentence.text.lower().split()), sentence)
        if other.intent != sentence.intent:
            faults.append(
                f"{sentence.text!r} is {other.intent} in {other.file} and {sentence.intent} in {sentence.file}"
            )
    if faults:
        raise BadTrainingData("\n  ".join(["the training data has faults:", *faults]))


def unknown_entities(sentences: Sequence[Sentence], domain: DomainNames) -> list[str]:
    """Annotated entities the domain does not list: no model finds them yet, so they harm nothing."""
    return sorted({entity for sentence in sentences for entity, _, _ in sentence.entities} - domain.entities)


def written_alike(sentences: Sequence[Sentence]) -> list[str]:
    """Sentences that occur twice in one intent (accents aside): they teach nothing new."""
    counts = Counter((sentence.intent, fold(sentence.text)) for sentence in sentences)
    return [text for (_, text), times in counts.items() if times > 1]


def _sentence(line: str, intent: str, file: str) -> Sentence:
    """A line without its annotations, and their places."""
    text, entities, read = "", [], 0
    for found in _ANNOTATION.finditer(line):
        text += line[read : found.start()]
        details = _ENTITY.search("{" + (found["details"] or "") + "}")
        entity = found["entity"] or (details["entity"] if details else "")
        entities.append((entity, len(text), len(text) + len(found["text"])))
        text += found["text"]
        read = found.end()
    return Sentence(text + line[read:], intent, tuple(entities), file)


def _names(entries: Any) -> frozenset[str]:
    return frozenset(entry if isinstance(entry, str) else next(iter(entry)) for entry in entries or [])


def _yaml(path: Path) -> dict[str, Any]:
    try:
        return YAML(typ="safe").load(path) or {}
    except YAMLError as exc:
        raise BadTrainingData(f"{path.name}: {exc}") from exc
