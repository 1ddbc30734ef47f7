"""Evaluation: `python -m bot.evaluate` tells how well unseen sentences are understood, with and without their accents."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.light import without_tensorflow

without_tensorflow()

# ruff: noqa: E402
from bot import environment
from bot.nlu import fitting
from bot.nlu.classifier import WishClassifier, training_examples
from bot.nlu.facts import VIETNAM, find_facts, marks_in
from bot.nlu.features import ngrams
from bot.nlu.trainingdata import Sentence, read_sentences
from bot.vietnamese import strip_accents

HELD_OUT = environment.ROOT / "tests" / "nlu"


@dataclass(frozen=True)
class Figures:
    """How often the first guess is right, the mean of the intents' F1, and how honest confidences are."""

    sentences: int
    accuracy: float
    macro_f1: float
    accuracy_without_accents: float
    macro_f1_without_accents: float
    calibration_error: float
    worst: dict[str, float]  # F1 of the five weakest intents
    confused: list[tuple[str, str, int]]  # what was meant, what was read, how often


def evaluate(sentences: Sequence[Sentence]) -> Figures:
    """Five-fold cross-validation; each sentence is read by a model that saw neither it nor its copies."""
    config = WishClassifier.get_default_config()
    pairs = [(sentence.text, sentence.intent) for sentence in sentences]
    classes = sorted({intent for _, intent in pairs})
    prepared = fitting.prepare(training_examples(pairs, config["noisy_copies"]), classes)
    held = fitting.hold_out(prepared, config["strength"])
    guesses = held.scores.argmax(axis=1)
    each = 2 + config["noisy_copies"]  # a sentence, its accentless twin, its noisy copies
    meant = [intent for _, intent in pairs]
    written = [classes[guess] for guess in guesses[0::each]]
    plain = [classes[guess] for guess in guesses[1::each]]
    f1 = f1_by_intent(meant, written)
    mistakes = Counter((one, other) for one, other in zip(meant, written, strict=True) if one != other)
    return Figures(
        sentences=len(pairs),
        accuracy=_accuracy(meant, written),
        macro_f1=sum(f1.values()) / len(f1),
        accuracy_without_accents=_accuracy(meant, plain),
        macro_f1_without_accents=sum(f1_by_intent(meant, plain).values()) / len(f1),
        calibration_error=fitting.calibration_error(held, fitting.best_sharpness(held)),
        worst={intent: round(value, 3) for intent, value in sorted(f1.items(), key=lambda item: item[1])[:5]},
        confused=[(one, other, times) for (one, other), times in mistakes.most_common(10)],
    )


def held_out_figures(trained_on: Sequence[Sentence], held_out: Sequence[Sentence]) -> dict[str, float]:
    """How a model of `trained_on` reads sentences of other hands: right first guesses, with and without accents."""
    config = WishClassifier.get_default_config()
    pairs = [(sentence.text, sentence.intent) for sentence in trained_on]
    classes = sorted({intent for _, intent in pairs})
    prepared = fitting.prepare(training_examples(pairs, config["noisy_copies"]), classes)
    model = fitting.fit(prepared, config["strength"])

    def read(text: str) -> str:
        return classes[int(model.scores(ngrams(text, marks_in(text))).argmax())]

    meant = [sentence.intent for sentence in held_out]
    written = [read(sentence.text) for sentence in held_out]
    f1 = f1_by_intent(meant, written)
    return {
        "sentences": len(meant),
        "accuracy": _accuracy(meant, written),
        "macro_f1": sum(f1.values()) / len(f1),
        "accuracy_without_accents": _accuracy(meant, [read(strip_accents(sentence.text)) for sentence in held_out]),
    }


def entity_scores(sentences: Sequence[Sentence]) -> dict[str, tuple[float, float, int]]:
    """Precision, recall and number of annotated spans by entity; only a span with the same edges is right."""
    now = datetime(2026, 11, 23, 12, tzinfo=VIETNAM)
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    meant: Counter[str] = Counter()
    for sentence in sentences:
        facts = {(fact.entity, fact.start, fact.end) for fact in find_facts(sentence.text, now)}
        right.update(entity for entity, _, _ in facts & set(sentence.entities))
        found.update(entity for entity, _, _ in facts)
        meant.update(entity for entity, _, _ in sentence.entities)
    return {
        name: (_share(right[name], found[name]), _share(right[name], meant[name]), meant[name])
        for name in sorted(meant)
    }


def f1_by_intent(meant: Sequence[str], read: Sequence[str]) -> dict[str, float]:
    """F1 of every intent that was meant at least once."""
    right: dict[str, int] = defaultdict(int)
    for one, other in zip(meant, read, strict=True):
        right[one] += one == other
    asked, given = Counter(meant), Counter(read)
    return {intent: 2 * right[intent] / (asked[intent] + given[intent]) for intent in asked}


def _accuracy(meant: Sequence[str], read: Sequence[str]) -> float:
    return sum(one == other for one, other in zip(meant, read, strict=True)) / len(meant)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def main() -> int:
    """Print the figures as JSON; 1 when they are below what --at-least asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=environment.ROOT / "data" / "nlu", help="folder of the sentences")
    parser.add_argument("--at-least", type=float, default=0.0, help="fail below this macro F1")
    parser.add_argument("--held-out", type=Path, default=HELD_OUT, help="folder of sentences nobody trains on")
    asked = parser.parse_args()
    sentences = read_sentences(asked.data)
    figures = evaluate(sentences)
    held_out = held_out_figures(sentences, read_sentences(asked.held_out))
    entities = {name: [round(p, 3), round(r, 3), n] for name, (p, r, n) in entity_scores(sentences).items()}
    report = {
        "cross-validation": asdict(figures),
        "held out": held_out,
        "entities (precision, recall, spans)": entities,
    }
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 0 if figures.macro_f1 >= asked.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
