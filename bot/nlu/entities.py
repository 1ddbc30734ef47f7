"""The one component that finds the facts of a message: the rules' and what the sequence model sees beside them."""

from __future__ import annotations

import logging
from datetime import datetime
from time import monotonic
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import sequence
from bot.nlu.facts import VIETNAM, Fact, as_marks, find_facts, join
from bot.nlu.features import RULED, SURE, Mark

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityFinder(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds `entities` to every message, each with its `origin` (rules or sequence); offsets count typed characters."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, tagger: sequence.Tagger | None = None) -> None:
        """A component that `train`s when `tagger` is None; without one it finds what the rules find."""
        self._model_storage = model_storage
        self._resource = resource
        self._tagger = tagger

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityFinder:
        """Rasa's constructor for training."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityFinder:
        """Rasa's constructor for answering."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, sequence.Tagger(folder / sequence.FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the annotated sentences and their accentless twins."""
        begun = monotonic()
        annotated = [
            (
                message.get(TEXT),
                message.get(INTENT),
                [Mark(one["entity"], one["start"], one["end"]) for one in message.get(ENTITIES, [])],
            )
            for message in training_data.intent_examples
        ]
        with self._model_storage.write_to(self._resource) as folder:
            sequence.train(annotated, folder / sequence.FILE)
            self._tagger = sequence.Tagger(folder / sequence.FILE)
        logger.info("Learnt facts from %d sentences (%.0f s)", len(annotated), monotonic() - begun)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Find every message's facts, after its wishes were read."""
        for message in messages:
            text = message.get(TEXT) or ""
            ruled = message.get(RULED)
            if ruled is None:
                ruled = find_facts(text, datetime.now(VIETNAM))
            tagged = None
            if self._tagger:
                wish = sequence.wish_of_facts(message.get(SURE))
                tagged = self._tagger.marks(text, as_marks(ruled), wish)
            facts = [_as_entity(text, fact) for fact in join(text, ruled, tagged)]
            message.set(ENTITIES, self.add_extractor_name(facts), add_to_output=True)
        return messages


def _as_entity(text: str, fact: Fact) -> dict[str, Any]:
    return {
        "entity": fact.entity,
        "start": fact.start,
        "end": fact.end,
        "value": fact.value,
        "text": text[fact.start : fact.end],
        "confidence_entity": 1.0,
        "origin": fact.origin,
    }
