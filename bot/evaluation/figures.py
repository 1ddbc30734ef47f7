"""Pure figures: precision, recall, F1, confusion, calibration; values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BINS = 10
Span = tuple[str, int, int]  # entity, start, end


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of one name, and how often it was meant."""

    precision: float
    recall: float
    f1: float
    meant: int


@dataclass(frozen=True)
class Bin:
    """The messages read with about the same confidence: how sure, how often right, how many."""

    confidence: float
    right: float
    count: int


def accuracy(meant: Sequence[str], read: Sequence[str]) -> float:
    """The share of right first guesses; 0 for nothing."""
    return sum(one == other for one, other in zip(meant, read, strict=True)) / len(meant) if meant else 0.0


def intent_scores(meant: Sequence[str], read: Sequence[str]) -> dict[str, Score]:
    """The score of every intent that was meant at least once."""
    right = Counter(one for one, other in zip(meant, read, strict=True) if one == other)
    asked, given = Counter(meant), Counter(read)
    return {intent: score(right[intent], given[intent], asked[intent]) for intent in sorted(asked)}


def macro_f1(scores: Mapping[str, Score]) -> float:
    """The mean F1 of all names."""
    return sum(one.f1 for one in scores.values()) / len(scores) if scores else 0.0


def entity_scores(meant: Iterable[Iterable[Span]], found: Iterable[Iterable[Span]]) -> dict[str, Score]:
    """The score of every entity, and of all together under "all"; only a span with the same edges is right."""
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for one, other in zip(meant, found, strict=True):
        mine, theirs = set(one), set(other)
        for counter, spans in ((right, mine & theirs), (given, theirs), (asked, mine)):
            counter.update(entity for entity, _, _ in spans)
            counter["all"] += len(spans)
    return {name: score(right[name], given[name], asked[name]) for name in sorted(asked)}


def score(right: int, given: int, meant: int) -> Score:
    """From counts."""
    precision = right / given if given else 0.0
    recall = right / meant if meant else 0.0
    f1 = 2 * right / (given + meant) if given + meant else 0.0
    return Score(round(precision, 4), round(recall, 4), round(f1, 4), meant)


def reliability(sure: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    """Confidence against truth in `BINS` equal widths, the empty ones left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, good in zip(sure, right, strict=True):
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, good))
    return [
        Bin(sum(c for c, _ in inside) / len(inside), sum(g for _, g in inside) / len(inside), len(inside))
        for _, inside in sorted(bins.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the gap of each bin, weighted by its messages."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total if total else 0.0


def confusions(meant: Sequence[str], read: Sequence[str]) -> list[tuple[str, str, int]]:
    """What was meant, what was read instead, how often; the most frequent first."""
    wrong = Counter((one, other) for one, other in zip(meant, read, strict=True) if one != other)
    return [(one, other, times) for (one, other), times in wrong.most_common()]
