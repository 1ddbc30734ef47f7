"""The one component that reads a message's wishes: normalise, take n-grams, classify, in a single pass."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from random import Random
from time import monotonic
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.errors import BadTrainingData
from bot.nlu.facts import marks_in
from bot.nlu.features import Mark, ngrams, read
from bot.nlu.linear import LinearModel
from bot.nlu.wishes import read_wishes

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WishClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Sets `intent`, `intent_ranking`, `wishes`, `unsure` and `normalized` on every message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`doubt_below`: under this confidence `unsure` is true; `second_wish_from`: how sure a further wish must be."""
        return {
            "doubt_below": 0.45,
            "second_wish_from": 0.75,
            "strength": 1.0,
            "noisy_copies": 1,
            "folds": 3,
            "ranking": 5,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
    ) -> None:
        """A component that `train`s when `model` is None, and classifies otherwise."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WishClassifier:
        """Rasa's constructor for training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> WishClassifier:
        """Rasa's constructor for answering; raises BadModel when the stored model does not fit this code."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.read(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the sentences, their copies without accents and noisy copies; then calibrate."""
        from bot.nlu import fitting  # scikit-learn is only wanted here

        sentences = [(message.get(TEXT), message.get(INTENT)) for message in training_data.intent_examples]
        classes = sorted({intent for _, intent in sentences})
        if len(classes) < 2:
            raise BadTrainingData("training needs sentences of at least two intents")
        begun = monotonic()
        examples = training_examples(sentences, self._config["noisy_copies"])
        logger.info("Read %d sentences of %d intents (%.0f s)", len(sentences), len(classes), monotonic() - begun)
        prepared = fitting.prepare(examples, classes)
        held = fitting.hold_out(prepared, self._config["strength"], self._config["folds"])
        sharpness = fitting.best_sharpness(held)
        error = fitting.calibration_error(held, sharpness)
        logger.info("Calibrated: sharpness %.2f, expected calibration error %.3f", sharpness, error)
        self._model = fitting.fit(prepared, self._config["strength"], sharpness)
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        logger.info("Fitted %d n-grams (%.0f s)", len(self._model.rows), monotonic() - begun)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Read every message's wishes."""
        for message in messages:
            self._read(message)
        return messages

    def _read(self, message: Message) -> None:
        assert self._model is not None, "Rasa loads a trained component before it asks it"  # noqa: S101
        text = message.get(TEXT) or ""
        marks = [Mark(fact["entity"], fact["start"], fact["end"]) for fact in message.get(ENTITIES, [])]
        wishes, ranking = read_wishes(self._model, text, marks, self._config["second_wish_from"])
        message.set(INTENT, wishes[0].as_dict(), add_to_output=True)
        message.set(
            INTENT_RANKING_KEY, [wish.as_dict() for wish in ranking[: self._config["ranking"]]], add_to_output=True
        )
        message.set("wishes", [wish.as_dict() for wish in wishes], add_to_output=True)
        message.set("unsure", wishes[0].confidence < self._config["doubt_below"], add_to_output=True)
        message.set("normalized", read(text).joined, add_to_output=True)


def training_examples(sentences: Sequence[tuple[str, str]], noisy_copies: int) -> list[Any]:
    """Each sentence, its accentless twin and `noisy_copies` noisy ones; the same sentences give the same copies."""
    from bot.nlu.fitting import Example
    from bot.nlu.noise import noisy
    from bot.vietnamese import strip_accents

    luck = Random(2026)  # noqa: S311  repeatable, not secret
    examples = []
    for group, (text, intent) in enumerate(sentences):
        copies = [strip_accents(text), *(noisy(text, luck) for _ in range(noisy_copies))]
        for is_copy, version in [(False, text), *((True, copy) for copy in copies)]:
            examples.append(Example(tuple(ngrams(version, marks_in(version))), intent, group, is_copy))
    return examples
