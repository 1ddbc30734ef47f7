"""Which fact a question means: overlap of words without accents, rare words counting more. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from actions.care import Fact
from bot.vietnamese import fold

FILE = Path(__file__).resolve().parents[1] / "data" / "lookup" / "questions.yml"
LONGEST_QUESTION = 300
WORD = re.compile(r"\w+")
FIGURE = re.compile(r"\d(?:[\d.,/]*\d)?")


@dataclass(frozen=True)
class Wordings:
    """How facts are asked for, which words are one word, and which say nothing."""

    asked: Mapping[str, tuple[str, ...]]
    same: tuple[tuple[re.Pattern[str], str], ...]
    idle: frozenset[str]

    def words(self, text: str) -> frozenset[str]:
        """What counts in `text`: folded words, those of one meaning made one."""
        folded = " ".join(WORD.findall(fold(text[:LONGEST_QUESTION])))
        for said, stands_for in self.same:
            folded = said.sub(stands_for, folded)
        return frozenset(folded.split()) - self.idle


@cache
def wordings(path: Path = FILE) -> Wordings:
    """The trainers' file, read once."""
    content = yaml.safe_load(path.read_text("utf-8"))
    same = [
        (re.compile(rf"\b{said.replace('_', ' ')}\b"), line[0])
        for line in content["same"]
        for said in sorted(line, key=len, reverse=True)
    ]
    return Wordings(
        asked={key: tuple(said) for key, said in content["asked"].items()},
        same=tuple(same),
        idle=frozenset(content["idle"]),
    )


@dataclass(frozen=True)
class Index:
    """Every wording of every fact as words, with what each word weighs."""

    wordings: Wordings
    entries: tuple[tuple[str, frozenset[str]], ...]
    weight: Mapping[str, float]
    unknown: float

    def best(self, question: str) -> tuple[str, float]:
        """The fact that fits best, and how well: 0 nothing in common, 1 the very words."""
        asked = self.wordings.words(question)
        scores = [(self._alike(asked, words), fact) for fact, words in self.entries]
        score, fact = max(scores, default=(0.0, ""))
        return fact, score

    def _alike(self, asked: frozenset[str], words: frozenset[str]) -> float:
        common = asked & words
        # One word in common is a topic, not a question.
        if len(common) < 2:
            return 0.0
        return 2 * self._sum(common) / (self._sum(asked) + self._sum(words))

    def _sum(self, words: frozenset[str]) -> float:
        return sum(self.weight.get(word, self.unknown) for word in words)


@lru_cache(maxsize=4)
def index(facts: tuple[Fact, ...]) -> Index:
    """The index of `facts`; remembered, since care changes them about never."""
    read = wordings()
    said = [(fact.id, read.words(text)) for fact in facts for text in (fact.question, *read.asked.get(fact.id, ()))]
    entries = tuple((fact, words) for fact, words in said if words)
    counts = Counter(word for fact in {fact for fact, _ in entries} for word in _words_of(fact, entries))
    number = len(facts) or 1
    weight = {word: math.log(1 + number / count) for word, count in counts.items()}
    return Index(read, entries, weight, math.log(1 + number))


def _words_of(fact: str, entries: Sequence[tuple[str, frozenset[str]]]) -> frozenset[str]:
    return frozenset(word for one, words in entries if one == fact for word in words)


def figures(text: str) -> frozenset[str]:
    """Every figure of a text as written: `1.984`, `31/12/2026`, `8`."""
    return frozenset(FIGURE.findall(text))
