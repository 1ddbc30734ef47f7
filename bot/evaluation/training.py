"""Figures that need trainings of their own: cross-validation, and what more sentences would bring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.evaluation import figures
from bot.nlu import fitting
from bot.nlu.classifier import WishClassifier
from bot.nlu.examples import training_examples
from bot.nlu.facts import marks_in
from bot.nlu.features import ngrams
from bot.nlu.trainingdata import Sentence

SHARES = (0.125, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class CrossValidation:
    """Five-fold, each intent's sentences spread evenly; each read by a model that saw neither it nor its copies."""

    sentences: int
    accuracy: float
    accuracy_without_accents: float
    macro_f1: float


def prepared(sentences: Sequence[Sentence]) -> fitting.Prepared:
    """The training examples, counted and weighted as in training."""
    pairs = [(sentence.text, sentence.intent) for sentence in sentences]
    copies = WishClassifier.get_default_config()["noisy_copies"]
    examples, spelling = training_examples(pairs, copies)
    return fitting.prepare(examples, sorted({intent for _, intent in pairs}), spelling)


def cross_validate(data: fitting.Prepared) -> CrossValidation:
    """Takes some minutes."""
    config = WishClassifier.get_default_config()
    held = fitting.hold_out(data, config["strength"], fitting.random_folds(data))
    each = 2 + config["noisy_copies"]  # a sentence, its accentless twin, its noisy copies
    meant = [data.classes[target] for target in held.targets[0::each]]
    written, plain = ([data.classes[guess] for guess in held.scores[start::each].argmax(axis=1)] for start in (0, 1))
    return CrossValidation(
        sentences=len(meant),
        accuracy=figures.accuracy(meant, written),
        accuracy_without_accents=figures.accuracy(meant, plain),
        macro_f1=figures.macro_f1(figures.intent_scores(meant, written)),
    )


def learning_curve(
    data: fitting.Prepared, sentences: Sequence[Sentence], test: Sequence[Sentence]
) -> dict[str, dict[str, float]]:
    """Accuracy on `test` by share of the training sentences ("12 %", …), of all and of each group (data file)."""
    home = {sentence.intent: sentence.file.removesuffix(".yml") for sentence in sentences}
    groups = np.asarray([example.group for example in data.examples])
    strength = WishClassifier.get_default_config()["strength"]
    grams = [ngrams(sentence.text, marks_in(sentence.text), data.spelling) for sentence in test]
    curve: dict[str, dict[str, float]] = {}
    for share in SHARES:
        # Every n-th sentence: the share of each intent, and of each hand that wrote it, stays the same.
        chosen = groups % round(1 / share) == 0
        model = fitting.fit_part(data, strength, chosen)
        right: dict[str, list[bool]] = defaultdict(list)
        for sentence, known in zip(test, grams, strict=True):
            good = data.classes[int(model.scores(known).argmax())] == sentence.intent
            right["all"].append(good)
            right[home[sentence.intent]].append(good)
        curve[f"{share:.0%}"] = {name: sum(marks) / len(marks) for name, marks in sorted(right.items())}
    return curve
