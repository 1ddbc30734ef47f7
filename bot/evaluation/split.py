"""The fixed test split read by a model: as written, without accents, in chat shorthand, with slips of the keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from bot.evaluation import figures
from bot.evaluation.figures import Bin, Score
from bot.evaluation.model import Reader
from bot.nlu.noise import load as noise
from bot.nlu.noise import shorthand, slip
from bot.nlu.trainingdata import Sentence
from bot.vietnamese import strip_accents

SEED = 20181221
MISTAKES = 50
OUTSIDE = "out_of_scope"


@dataclass(frozen=True)
class Mistake:
    """One message read wrongly, and how sure the model was."""

    text: str
    meant: str
    read: str
    confidence: float


@dataclass(frozen=True)
class SplitFigures:
    """Everything the fixed split says of a model; shares from 0 to 1."""

    messages: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    by_style: dict[str, float]  # accuracy
    outside_recall: float
    good_refused: float  # good messages read as out of scope
    entity_f1: float
    entity_f1_without_accents: float
    ms_a_message: float
    intents: dict[str, Score]
    entities: dict[str, Score]
    reliability: list[Bin]
    confused: list[tuple[str, str, int]]
    worst: list[Mistake]


def styles() -> dict[str, Callable[[str], str]]:
    """Seeded ways of typing the same message worse than it was written."""
    luck = Random(SEED)  # noqa: S311  repeatable, not secret
    return {
        "without accents": strip_accents,
        "teencode": lambda text: shorthand(text, luck, 0.7),
        "typos": lambda text: _slips(text, luck),
    }


def _slips(text: str, luck: Random) -> str:
    """A slip of the finger every eight words, one at least."""
    for _ in range(max(1, len(text.split()) // 8)):
        text = slip(text, luck, noise().neighbours)
    return text


def measure(model: Reader, sentences: Sequence[Sentence]) -> SplitFigures:
    """Read every sentence in every style."""
    meant = [sentence.intent for sentence in sentences]
    began = time.perf_counter()
    guesses = [model.wish(sentence.text) for sentence in sentences]
    took = time.perf_counter() - began
    read = [name for name, _ in guesses]
    sure = [confidence for _, confidence in guesses]
    bins = figures.reliability(sure, [one == other for one, other in zip(meant, read, strict=True)])
    intents = figures.intent_scores(meant, read)
    entities = _entities(model, sentences, lambda text: text)
    outside = [other == OUTSIDE for one, other in zip(meant, read, strict=True) if one != OUTSIDE]
    wrong = [
        Mistake(sentence.text, sentence.intent, name, round(confidence, 3))
        for sentence, (name, confidence) in zip(sentences, guesses, strict=True)
        if name != sentence.intent
    ]
    return SplitFigures(
        messages=len(sentences),
        accuracy=figures.accuracy(meant, read),
        macro_f1=figures.macro_f1(intents),
        calibration_error=figures.calibration_error(bins),
        by_style={
            name: figures.accuracy(meant, [model.wish(retype(one.text))[0] for one in sentences])
            for name, retype in styles().items()
        },
        outside_recall=intents[OUTSIDE].recall if OUTSIDE in intents else 0.0,
        good_refused=sum(outside) / len(outside) if outside else 0.0,
        entity_f1=entities["all"].f1,
        entity_f1_without_accents=_entities(model, sentences, strip_accents)["all"].f1,
        ms_a_message=took * 1000 / len(sentences),
        intents=intents,
        entities=entities,
        reliability=bins,
        confused=figures.confusions(meant, read),
        worst=sorted(wrong, key=lambda mistake: -mistake.confidence)[:MISTAKES],
    )


def _entities(model: Reader, sentences: Sequence[Sentence], retype: Callable[[str], str]) -> dict[str, Score]:
    found = [model.spans(retype(one.text)) for one in sentences]
    return figures.entity_scores([one.entities for one in sentences], found)
