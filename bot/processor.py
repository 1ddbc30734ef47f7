"""Rasa's message processor, made safe to ask twice: a turn is stored whole or not at all."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from jsonschema import ValidationError
from rasa.core.actions.action import Action
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from bot.errors import ActionFailed, StaleConversation
from bot.history import replies_to

ACTION_FAULTS = (RasaException, aiohttp.ClientError, asyncio.TimeoutError, ValidationError, ValueError, OSError)


class TurnProcessor(MessageProcessor):  # type: ignore[misc]
    """Stands in for `MessageProcessor`.

    Stock Rasa goes on when an action fails (the customer's turn is stored, its answer lost) and keeps a
    conversation in memory when the database fails. Here both end the turn without a trace.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take Rasa's arguments, but the tracker store without its fall-back to memory."""
        super().__init__(*arguments, **options)
        store: Any = self.tracker_store  # type: ignore[has-type]
        if isinstance(store, FailSafeTrackerStore):
            self.tracker_store = store._tracker_store

    async def take_turn(self, message: UserMessage) -> list[Event]:
        """The events that answer `message`: those stored when the same message id came before, else a new turn's.

        Call under the conversation's lock. Raises ActionFailed, StoreFailed, StaleConversation.
        """
        try:
            return await self._take_turn(message)
        except StaleConversation:
            # Another engine was faster; if it took this very message its replies are there now.
            return await self._take_turn(message)

    async def _take_turn(self, message: UserMessage) -> list[Event]:
        tracker = await self.get_tracker(message.sender_id)
        known = replies_to(message.message_id, tracker.events)
        if known is not None:
            return known
        await self._update_tracker_session(tracker, message.output_channel, message.metadata)
        await self._handle_message_with_tracker(message, tracker)
        tracker = await self.run_action_extract_slots(message.output_channel, tracker)
        await self._run_prediction_loop(message.output_channel, tracker)
        await self.save_tracker(tracker)
        return replies_to(message.message_id, tracker.events) or []

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """As the stock method, but a failing action ends the turn."""
        try:
            temporary = tracker.copy()
            temporary.update_with_events(prediction.events, self.domain)
            events = await action.run(output_channel, nlg, temporary, self.domain)
        except ACTION_FAULTS as exc:
            raise ActionFailed(f"{action.name()}: {exc}") from exc
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self.execute_side_effects(events, tracker, output_channel)
        return bool(self.should_predict_another_action(action.name()))
