"""The one component that finds the facts of a message: codes, phones, places, times, names, dangers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.facts import VIETNAM, Fact, find_facts


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityFinder(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds `entities` to every message; offsets count characters of the text as typed."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityFinder:
        """Rasa's constructor; there is nothing to learn or to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Find every message's facts."""
        for message in messages:
            text = message.get(TEXT) or ""
            facts = [_as_entity(text, fact) for fact in find_facts(text, datetime.now(VIETNAM))]
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
    }
