"""A trained model as the engine would load it, without starting the engine."""

from __future__ import annotations

import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.evaluation.errors import NoModel
from bot.evaluation.figures import Span
from bot.nlu import sequence
from bot.nlu.facts import VIETNAM, Fact, as_marks, find_facts, join
from bot.nlu.linear import LinearModel

# Relative days are read from this one; any would do, but the same each time.
TODAY = datetime(2026, 11, 23, 12, tzinfo=VIETNAM)


class Reader(Protocol):
    """Whatever reads a message: our model, or a peer on the same split."""

    def wish(self, text: str) -> tuple[str, float]:
        """The intent and how sure it is."""
        ...

    def spans(self, text: str) -> list[Span]:
        """The entities found."""
        ...


@dataclass(frozen=True)
class Understanding:
    """Reads messages; `tagger` None means that facts are found by rules alone."""

    linear: LinearModel
    tagger: sequence.Tagger | None

    def confidences(self, text: str) -> npt.NDArray[np.float32]:
        """A probability for each of `linear.classes`."""
        return self.linear.confidences(self.linear.grams(text, as_marks(find_facts(text, TODAY))))

    def wish(self, text: str) -> tuple[str, float]:
        """The surest intent and its probability."""
        sure = self.confidences(text)
        best = int(sure.argmax())
        return self.linear.classes[best], float(sure[best])

    def spans(self, text: str) -> list[Span]:
        """Where the facts of `text` stand."""
        return [(fact.entity, fact.start, fact.end) for fact in self.facts(text)]

    def facts(self, text: str) -> list[Fact]:
        """The facts of `text`."""
        ruled = find_facts(text, TODAY)
        if self.tagger is None:
            return join(text, ruled, None)
        sure = self.linear.confidences(self.linear.grams(text, as_marks(ruled)))
        wish = sequence.wish_of_facts(dict(zip(self.linear.classes, map(float, sure), strict=True)))
        return join(text, ruled, self.tagger.marks(text, as_marks(ruled), wish))


def newest(models: Path) -> Path:
    """The model the engine would load; raises NoModel."""
    found = sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise NoModel(str(models))
    return found[-1]


def load(model: Path) -> Understanding:
    """What understands messages in a model file; raises NoModel for one without our components."""
    with tempfile.TemporaryDirectory() as name:
        with tarfile.open(model) as archive:
            archive.extractall(name, filter="data")
        linear = next(Path(name).rglob("ngrams.json"), None)
        facts = next(Path(name).rglob(sequence.FILE), None)
        if linear is None or facts is None:
            raise NoModel(str(model))
        return Understanding(LinearModel.read(linear.parent), sequence.Tagger(facts))
