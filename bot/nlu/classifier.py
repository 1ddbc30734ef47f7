"""The one component that reads a message's wishes: normalise, take n-grams, classify, in a single pass."""

from __future__ import annotations

import logging
from datetime import datetime
from time import monotonic
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.errors import BadTrainingData
from bot.nlu.facts import VIETNAM, as_marks, find_facts
from bot.nlu.features import RULED, SURE, read
from bot.nlu.linear import LinearModel
from bot.nlu.wishes import read_wishes

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WishClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Sets `intent`, `intent_ranking`, `wishes`, `unsure` and `normalized` on every message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`doubt_below`: under this confidence `unsure` is true; `second_wish_from`: how sure a further wish must be;
        `outside`: what is not ours, favoured until `refuse_at_most` of the good held-out messages are taken for it.
        """
        return {
            "doubt_below": 0.45,
            "second_wish_from": 0.75,
            "strength": 1.0,
            "noisy_copies": 1,
            "outside": "out_of_scope",
            "refuse_at_most": 0.04,
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
        from bot.nlu.examples import training_examples

        sentences = [(message.get(TEXT), message.get(INTENT)) for message in training_data.intent_examples]
        classes = sorted({intent for _, intent in sentences})
        if len(classes) < 2:
            raise BadTrainingData("training needs sentences of at least two intents")
        begun = monotonic()
        examples, spelling = training_examples(sentences, self._config["noisy_copies"])
        logger.info("Read %d sentences of %d intents (%.0f s)", len(sentences), len(classes), monotonic() - begun)
        prepared = fitting.prepare(examples, classes, spelling)
        self._model, error = fitting.fit_calibrated(
            prepared, self._config["strength"], self._config["outside"], self._config["refuse_at_most"]
        )
        logger.info("Calibrated: sharpness %.2f, expected calibration error %.3f", self._model.sharpness, error)
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
        ruled = find_facts(text, datetime.now(VIETNAM))
        message.set(RULED, ruled)
        wishes, ranking = read_wishes(self._model, text, as_marks(ruled), self._config["second_wish_from"])
        message.set(SURE, {wish.name: wish.confidence for wish in ranking})
        message.set(INTENT, wishes[0].as_dict(), add_to_output=True)
        message.set(
            INTENT_RANKING_KEY, [wish.as_dict() for wish in ranking[: self._config["ranking"]]], add_to_output=True
        )
        message.set("wishes", [wish.as_dict() for wish in wishes], add_to_output=True)
        message.set("unsure", wishes[0].confidence < self._config["doubt_below"], add_to_output=True)
        message.set("normalized", read(text).joined, add_to_output=True)
