"""Every speed-up answers as stock Rasa does, on the same conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rasa.core.policies.rule_policy as rule_policy
import rasa.core.processor as stock_processor
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import speed
from tests.bot.actions_stand_in import ActionsStandIn

pytestmark = pytest.mark.filterwarnings("ignore")
REPLACED = (
    (RemoteAction, "_validate_action_result"),
    (Event, "resolve_by_type"),
    (EndpointConfig, "session"),
    (DaskGraphRunner, "run"),
    (stock_processor, "copy"),
    (rule_policy, "copy"),
    (rule_policy.RulePolicy, "_find_action_from_rules"),
    (rule_policy.RulePolicy, "_prediction_states"),
    (DialogueStateTracker, "copy"),
)
TALK = (
    "chào em",
    "nhà tôi mất điện từ sáng",
    "PB04010012345",
    "cả xóm luôn",
    "0987000111",
    "đúng rồi",
    "dây điện đứt rớt xuống đường rồi, nguy hiểm",
    "giá vàng hôm nay",
    "alo ad ơi",
    "ok em",
)


@pytest.fixture
def stock() -> Iterator[None]:
    """Stock Rasa again after the test, whatever was installed in it."""
    kept = [(owner, name, vars(owner).get(name)) for owner, name in REPLACED]
    yield
    for owner, name, value in kept:
        if value is not None:
            setattr(owner, name, value)
        elif name in vars(owner):
            delattr(owner, name)  # it was inherited


def transcript(model: Path, actions: ActionsStandIn, *speedups: str) -> list[dict[str, Any]]:
    """All events of a conversation, without what differs from run to run."""

    async def scene() -> list[dict[str, Any]]:
        endpoint = EndpointConfig(actions.url, enable_selective_domain=True)
        agent = Agent(tracker_store=InMemoryTrackerStore(Domain.empty()), action_endpoint=endpoint)
        agent.load_model(str(model))
        for number, text in enumerate(TALK):
            await agent.handle_message(UserMessage(text, sender_id="an", message_id=str(number)))
        tracker = await agent.tracker_store.retrieve("an")
        await speed.close_sessions()
        return [_lasting(event.as_dict()) for event in tracker.events]

    speed.install(speedups)
    return asyncio.run(scene())


def _lasting(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in ("timestamp", "metadata")}


@pytest.fixture(scope="module")
def stock_transcript(model: Path, actions: ActionsStandIn) -> list[dict[str, Any]]:
    return transcript(model, actions)


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize("names", [*([name] for name in speed.SPEEDUPS), list(speed.SPEEDUPS)], ids="+".join)
def test_a_speedup_changes_no_conversation(
    names: list[str], stock_transcript: list, model: Path, actions: ActionsStandIn
) -> None:
    assert transcript(model, actions, *names) == stock_transcript


def test_the_conversation_is_worth_comparing(stock_transcript: list) -> None:
    executed = {event["name"] for event in stock_transcript if event["event"] == "action"}

    assert len(executed) >= 6
    assert sum(event["event"] == "bot" for event in stock_transcript) >= len(TALK)


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize(
    ("result", "is_valid"),
    [
        ({}, True),
        ({"events": [], "responses": []}, True),
        ({"events": [{"event": "slot", "name": "a", "value": None, "timestamp": None}]}, True),
        ({"events": [{"event": "reset_slots"}], "responses": [{"text": "x"}]}, True),
        ({"events": [{"event": "slot", "name": "a"}]}, False),
        ({"events": [{"event": "slot", "name": 1, "value": 1}]}, False),
        ({"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": "now"}]}, False),
        ({"events": [{"event": "no such"}]}, False),
        ({"events": "none"}, False),
        ({"responses": ["x"]}, False),
        ([], False),
        (None, False),
    ],
)
def test_results_are_judged_as_by_the_stock_check(result: Any, is_valid: bool) -> None:
    action = RemoteAction("action_x", None)

    def verdict() -> bool:
        try:
            return bool(action._validate_action_result(result))
        except ValidationError:
            return False

    assert verdict() is is_valid
    speed.schema_once()
    assert verdict() is is_valid


@pytest.mark.usefixtures("stock")
def test_a_light_copy_is_a_copy_of_its_own() -> None:
    speed.light_copies()
    tracker = DialogueStateTracker("x", [])
    twin = tracker.copy()
    twin.update(SlotSet("task", 1))

    assert len(twin.events) == 1
    assert len(tracker.events) == 0


@pytest.mark.parametrize(
    ("setting", "names"),
    [("all", list(speed.SPEEDUPS)), ("none", []), ("schema_once, event_types", ["schema_once", "event_types"])],
)
def test_the_setting_chooses(setting: str, names: list[str]) -> None:
    assert speed.chosen(setting) == names


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(speed.UnknownSpeedup, match="turbo"):
        speed.chosen("schema_once,turbo")
