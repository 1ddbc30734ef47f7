"""Training of the linear model: scikit-learn's support vectors, then one temperature for honest confidences."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlu.linear import Floats, LinearModel, softmax
from bot.nlu.spelling import NO_SPELLING, Spelling

FOLDS = 5
TOLERANCE = 0.1  # a finer solution takes twice as long and reads no better
Doubles: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One training message as n-grams; copies of one sentence share its `group`."""

    grams: tuple[str, ...]
    intent: str
    group: int
    is_copy: bool


@dataclass(frozen=True)
class Prepared:
    """All examples as one sparse matrix, counted and weighted exactly as `LinearModel.scores` does it."""

    examples: tuple[Example, ...]
    classes: tuple[str, ...]
    rows: dict[str, int]
    idf: Floats
    matrix: csr_matrix  # (examples, n-grams)
    targets: npt.NDArray[np.int64]
    spelling: Spelling


@dataclass(frozen=True)
class Held:
    """Scores of every example by a model that saw neither its sentence nor a copy of it."""

    scores: Doubles  # (examples, classes)
    targets: npt.NDArray[np.int64]
    is_copy: npt.NDArray[np.bool_]

    def originals(self) -> tuple[Doubles, npt.NDArray[np.int64]]:
        """Scores and targets of the sentences as the trainers wrote them."""
        return self.scores[~self.is_copy], self.targets[~self.is_copy]


def prepare(examples: Sequence[Example], classes: Sequence[str], spelling: Spelling = NO_SPELLING) -> Prepared:
    """Count the n-grams of `examples`; each of their intents must be one of `classes`."""
    counts, names = _counts(examples)
    rows, idf, kept = vocabulary(counts, names)
    places = {name: place for place, name in enumerate(classes)}
    targets = np.asarray([places[example.intent] for example in examples])
    return Prepared(tuple(examples), tuple(classes), rows, idf, _weighted(counts[:, kept], idf), targets, spelling)


def fit(prepared: Prepared, strength: float, sharpness: float = 1.0) -> LinearModel:
    """A model of all examples; `strength` is the support vectors' C."""
    return fit_part(prepared, strength, np.ones(len(prepared.examples), dtype=bool), sharpness)


def fit_part(prepared: Prepared, strength: float, chosen: npt.NDArray[np.bool_], sharpness: float = 1.0) -> LinearModel:
    """A model of the chosen examples alone."""
    weights, bias = _separate(prepared, chosen, strength)
    return LinearModel(prepared.classes, prepared.rows, prepared.idf, weights, bias, sharpness, prepared.spelling)


def hold_out(prepared: Prepared, strength: float, folds: Sequence[npt.NDArray[np.bool_]]) -> Held:
    """Score the examples of every fold by a model of all the others; what stands in no fold is left out."""
    scores = np.zeros((len(prepared.examples), len(prepared.classes)))

    def score(unseen: npt.NDArray[np.bool_]) -> None:
        weights, bias = _separate(prepared, ~unseen, strength)
        scores[unseen] = prepared.matrix[unseen] @ weights + bias

    with ThreadPoolExecutor(2) as threads:  # the solver works outside Python's lock
        list(threads.map(score, folds))
    chosen = np.logical_or.reduce(folds)
    copies = np.asarray([example.is_copy for example in prepared.examples])
    return Held(scores[chosen], prepared.targets[chosen], copies[chosen])


def random_folds(prepared: Prepared, folds: int = FOLDS) -> list[npt.NDArray[np.bool_]]:
    """For cross-validation: they part sentences, each intent's evenly, so that a copy never betrays its original."""
    groups = np.asarray([example.group for example in prepared.examples])
    return [groups % folds == fold for fold in range(folds)]


def one_sitting(prepared: Prepared, share: int = FOLDS) -> npt.NDArray[np.bool_]:
    """For calibration: a run of neighbouring sentences of each intent.

    What one hand wrote in one sitting stands together. Held out together it tells how a stranger's words are read;
    sentences drawn at random would promise too much.
    """
    groups = np.asarray([example.group for example in prepared.examples])
    chosen = np.zeros(len(prepared.examples), dtype=bool)
    for target in range(len(prepared.classes)):
        mine = np.flatnonzero(prepared.targets == target)
        order = np.unique(groups[mine], return_inverse=True)[1]
        part = order * share // (order.max() + 1)
        chosen[mine[part == target % share]] = True
    return chosen


def fit_calibrated(
    prepared: Prepared, strength: float, outside: str, refuse_at_most: float
) -> tuple[LinearModel, float]:
    """A model of all examples with honest confidences → it, and its expected calibration error on held-out ones.

    `outside` is the class of what is not ours: it is favoured as far as `refuse_at_most` of the good messages allow.
    """
    with ThreadPoolExecutor(1) as threads:
        whole = threads.submit(fit, prepared, strength)
        held = hold_out(prepared, strength, [one_sitting(prepared)])
        model = whole.result()
    if outside in prepared.classes:
        place = prepared.classes.index(outside)
        favour = _favour(held, place, refuse_at_most)
        held.scores[:, place] += favour
        model.bias[place] += favour
    sharpness = best_sharpness(held)
    return replace(model, sharpness=sharpness), calibration_error(held, sharpness)


def _favour(held: Held, outside: int, refuse_at_most: float) -> float:
    """How much the outside's score may grow before too many held-out good messages are refused."""
    scores, targets = held.originals()
    good = scores[targets != outside]
    if not len(good):
        return 0.0
    lead = np.sort(np.delete(good, outside, axis=1).max(axis=1) - good[:, outside])
    return max(0.0, float(lead[int(len(lead) * refuse_at_most)]))


def _separate(prepared: Prepared, chosen: npt.NDArray[np.bool_], strength: float) -> tuple[Floats, Floats]:
    """One weight for each n-gram and class, and each class's bias."""
    machine = LinearSVC(C=strength, class_weight="balanced", tol=TOLERANCE, max_iter=2000, dual=True, random_state=1)
    machine.fit(prepared.matrix[chosen], prepared.targets[chosen])
    weights = np.zeros((len(prepared.rows), len(prepared.classes)), dtype=np.float32)
    bias = np.full(len(prepared.classes), -1e3, dtype=np.float32)  # a class without an example is never chosen
    columns = machine.classes_
    if len(columns) == 2:  # scikit-learn keeps one column for two classes
        weights[:, columns] = np.stack([-machine.coef_[0], machine.coef_[0]], axis=1)
        bias[columns] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        weights[:, columns] = machine.coef_.T
        bias[columns] = machine.intercept_
    return weights, bias


def best_sharpness(held: Held) -> float:
    """The factor on scores that makes the held-out messages' confidences most likely true."""
    scores, targets = held.originals()

    def surprise(factor: float) -> float:
        scaled = scores * factor
        peak = scaled.max(axis=1)
        total = np.log(np.exp(scaled - peak[:, None]).sum(axis=1)) + peak
        return float((total - scaled[np.arange(len(targets)), targets]).mean())

    return float(minimize_scalar(surprise, bounds=(0.5, 30.0), method="bounded").x)


def calibration_error(held: Held, sharpness: float, bins: int = 15) -> float:
    """Expected calibration error: how far confidence is from being right, weighted over equal-width bins."""
    error = 0.0
    scores, targets = held.originals()
    sure = np.asarray([softmax((row * sharpness).astype(np.float32)).max() for row in scores])
    right = scores.argmax(axis=1) == targets
    places = np.minimum((sure * bins).astype(int), bins - 1)
    for place in range(bins):
        inside = places == place
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - sure[inside].mean())
    return float(error)


def vocabulary(
    counts: csr_matrix, names: Sequence[str], at_least: int = 4
) -> tuple[dict[str, int], Floats, npt.NDArray[np.int64]]:
    """A row for each n-gram that `at_least` examples hold, its rarity, and its column in `counts`.

    A sentence comes with copies of itself: what fewer examples hold stands in one sentence only.
    """
    seen = np.bincount(counts.indices, minlength=len(names))
    kept = np.asarray(sorted(np.flatnonzero(seen >= at_least), key=names.__getitem__), dtype=np.int64)
    idf = np.log((1 + counts.shape[0]) / (1 + seen[kept])) + 1.0
    return {names[column]: row for row, column in enumerate(kept)}, idf.astype(np.float32), kept


def _counts(examples: Sequence[Example]) -> tuple[csr_matrix, list[str]]:
    """How often each example holds each n-gram, and the n-grams' names."""
    columns: dict[str, int] = {}
    indices = array("i")
    starts = [0]
    for example in examples:
        indices.extend([columns.setdefault(gram, len(columns)) for gram in example.grams])
        starts.append(len(indices))
    found = np.frombuffer(indices, dtype=np.int32)
    ones = np.ones(len(found), dtype=np.float32)
    counts = csr_matrix((ones, found, starts), shape=(len(examples), len(columns)))
    counts.sum_duplicates()
    return counts, list(columns)


def _weighted(counts: csr_matrix, idf: Floats) -> csr_matrix:
    """The counts weighted exactly as `term_weights` does it for one message."""
    matrix = counts.tocsr()
    matrix.data = (1.0 + np.log(matrix.data)) * idf[matrix.indices]
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(matrix.indptr))
    return matrix
