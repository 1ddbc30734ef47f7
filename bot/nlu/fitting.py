"""Training of the linear model: scikit-learn's support vectors, then one temperature for honest confidences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlu.linear import Floats, LinearModel, softmax, term_weights, vocabulary

FOLDS = 5
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One training message as n-grams; copies of one sentence share its `group`."""

    grams: tuple[str, ...]
    intent: str
    group: int
    is_copy: bool


@dataclass(frozen=True)
class Held:
    """Cross-validated scores of the originals: what calibration and evaluation are made from."""

    examples: tuple[Example, ...]
    scores: Doubles  # (examples, classes)
    classes: tuple[str, ...]


def fit(examples: Sequence[Example], classes: Sequence[str], strength: float, sharpness: float = 1.0) -> LinearModel:
    """A model of `examples`; `strength` is the support vectors' C."""
    rows, idf = vocabulary([example.grams for example in examples])
    matrix = _matrix(examples, rows, idf)
    names = list(classes)
    targets = np.asarray([names.index(example.intent) for example in examples])
    machine = LinearSVC(C=strength, class_weight="balanced", max_iter=2000, dual=True, random_state=1)
    machine.fit(matrix, targets)
    weights = np.zeros((len(rows), len(names)), dtype=np.float32)
    bias = np.full(len(names), -1e3, dtype=np.float32)  # a class without an example is never chosen
    columns = machine.classes_
    if len(columns) == 2:  # scikit-learn keeps one column for two classes
        weights[:, columns] = np.stack([-machine.coef_[0], machine.coef_[0]], axis=1)
        bias[columns] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        weights[:, columns] = machine.coef_.T
        bias[columns] = machine.intercept_
    return LinearModel(tuple(names), rows, idf, weights, bias, sharpness)


def hold_out(examples: Sequence[Example], classes: Sequence[str], strength: float, folds: int = FOLDS) -> Held:
    """Scores of each original by a model that saw neither it nor its copies."""
    originals = [example for example in examples if not example.is_copy]
    scores = np.zeros((len(originals), len(classes)))
    for fold in range(folds):
        model = fit([example for example in examples if example.group % folds != fold], classes, strength)
        for number, example in enumerate(originals):
            if example.group % folds == fold:
                scores[number] = model.scores(example.grams)
    return Held(tuple(originals), scores, tuple(classes))


def best_sharpness(held: Held) -> float:
    """The factor on scores that makes the held-out messages' confidences most likely true."""
    targets = np.asarray([held.classes.index(example.intent) for example in held.examples])

    def surprise(factor: float) -> float:
        scaled = held.scores * factor
        peak = scaled.max(axis=1)
        total = np.log(np.exp(scaled - peak[:, None]).sum(axis=1)) + peak
        return float((total - scaled[np.arange(len(targets)), targets]).mean())

    return float(minimize_scalar(surprise, bounds=(0.5, 30.0), method="bounded").x)


def calibration_error(held: Held, sharpness: float, bins: int = 15) -> float:
    """Expected calibration error: how far confidence is from being right, weighted over equal-width bins."""
    error = 0.0
    sure = np.asarray([softmax((row * sharpness).astype(np.float32)).max() for row in held.scores])
    right = np.asarray([held.classes[row.argmax()] for row in held.scores]) == np.asarray(
        [example.intent for example in held.examples]
    )
    places = np.minimum((sure * bins).astype(int), bins - 1)
    for place in range(bins):
        inside = places == place
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - sure[inside].mean())
    return float(error)


def _matrix(examples: Sequence[Example], rows: dict[str, int], idf: Floats) -> csr_matrix:
    """One sparse row an example, weighted exactly as `LinearModel.scores` weighs."""
    data: list[Floats] = []
    indices: list[int] = []
    starts = [0]
    for example in examples:
        counts = Counter(row for row in map(rows.get, example.grams) if row is not None)
        places = list(counts)
        indices.extend(places)
        if places:
            data.append(term_weights(np.asarray(list(counts.values()), dtype=np.float32), idf[places]))
        starts.append(len(indices))
    return csr_matrix((np.concatenate(data), indices, starts), shape=(len(examples), len(rows)))
