"""A linear model over n-grams: trained with scikit-learn, answered by a look-up of the message's own rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from bot.nlu.errors import BadModel
from bot.nlu.features import FORMAT, Mark, ngrams
from bot.nlu.spelling import NO_SPELLING, Spelling

Floats: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LinearModel:
    """Weights of every n-gram for every class; confidences are calibrated by `sharpness` (1/temperature)."""

    classes: tuple[str, ...]
    rows: dict[str, int]
    idf: Floats  # (n-grams,)
    weights: Floats  # (n-grams, classes), C order: a message touches a few hundred rows
    bias: Floats  # (classes,)
    sharpness: float
    spelling: Spelling = NO_SPELLING

    def grams(self, text: str, marks: Sequence[Mark]) -> list[str]:
        """The n-grams of a message with the facts `marks`, read as in training."""
        return ngrams(text, marks, self.spelling)

    def scores(self, grams: Iterable[str]) -> Floats:
        """The distance of a message from every class's border; unknown n-grams count nothing.

        All distances are alike when nothing but the message's length is known: that is no ground for a guess.
        """
        counts = Counter(row for row in map(self.rows.get, grams) if row is not None)
        if len(counts) < 2:
            return np.zeros_like(self.bias)
        indices = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        values = term_weights(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)), self.idf[indices])
        return np.asarray(values @ self.weights[indices] + self.bias, dtype=np.float32)

    def confidences(self, grams: Iterable[str]) -> Floats:
        """A probability for every class; they add up to 1."""
        return softmax(self.scores(grams) * self.sharpness)

    def save(self, folder: Path) -> None:
        """Write the model as two plain files (no pickle)."""
        about = {
            "format": FORMAT,
            "classes": self.classes,
            "sharpness": self.sharpness,
            "ngrams": list(self.rows),
            "words": self.spelling.counts,
            "pairs": self.spelling.pairs,
        }
        (folder / "ngrams.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        np.savez(folder / "weights.npz", idf=self.idf, weights=self.weights, bias=self.bias)

    @classmethod
    def read(cls, folder: Path) -> LinearModel:
        """Read what `save` wrote; raises BadModel when other code wrote it."""
        about: dict[str, Any] = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise BadModel(f"the model has n-gram format {about['format']}, this code reads {FORMAT}: train again")
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            return cls(
                classes=tuple(about["classes"]),
                rows={gram: row for row, gram in enumerate(about["ngrams"])},
                idf=arrays["idf"],
                weights=np.ascontiguousarray(arrays["weights"]),
                bias=arrays["bias"],
                sharpness=float(about["sharpness"]),
                spelling=Spelling(about["words"], about["pairs"]),
            )


def term_weights(counts: Floats, idf: Floats) -> Floats:
    """Dampened counts times rarity, scaled to length 1."""
    values = (1.0 + np.log(counts)) * idf
    return np.asarray(values / np.sqrt(np.dot(values, values)), dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities from scores, safe from overflow."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)
