"""Speed-ups of stock Rasa 3.6.21: each a small function that replaces one stock function by an equal, faster one.

All are on by default; ENGINE_SPEEDUPS names a choice ("schema_once,event_types"), "none" switches all off. The tests
run the same conversations with and without each of them and compare the answers.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import aiohttp
import rasa.core.policies.rule_policy as rule_policy
import rasa.core.processor as stock_processor
from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

_SESSIONS: dict[int, tuple[EndpointConfig, aiohttp.ClientSession]] = {}


class UnknownSpeedup(ValueError):
    """ENGINE_SPEEDUPS names something that is not in SPEEDUPS."""


def schema_once() -> None:
    """`RemoteAction._validate_action_result`: the stock one checks the schema itself on every call (35 ms)."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        if _plainly_valid(result):
            return True
        fault = best_match(validator.iter_errors(result))
        if fault is not None:
            raise ValidationError(f"{fault.message}. The action server's answer is not valid.", path=fault.path)
        return True

    RemoteAction._validate_action_result = validate


def _plainly_valid(result: Any) -> bool:
    """True only for what the schema surely allows: objects as responses, slot events as events."""
    return (
        isinstance(result, dict)
        and isinstance(result.get("events", []), list)
        and isinstance(result.get("responses", []), list)
        and all(isinstance(response, dict) for response in result.get("responses", []))
        and all(_plain_slot_event(event) for event in result.get("events", []))
    )


def _plain_slot_event(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
        and (event.get("timestamp") is None or type(event["timestamp"]) in (int, float))
        and (event.get("metadata") is None or isinstance(event["metadata"], dict))
    )


def event_types() -> None:
    """`Event.resolve_by_type`: the stock one walks all subclasses for every event of every conversation."""
    stock = Event.resolve_by_type
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(stock))


def kept_alive_session() -> None:
    """`EndpointConfig.session`: the stock one opens a new HTTP session and connection for each action call."""
    stock = EndpointConfig.session

    def session(self: EndpointConfig) -> Any:
        _, known = _SESSIONS.get(id(self), (self, None))
        if known is None or known.closed:
            known = stock(self)
            _SESSIONS[id(self)] = (self, known)  # the endpoint is kept, so that its id stays its own
        return _LeftOpen(known)

    EndpointConfig.session = session


async def close_sessions() -> None:
    """End what `kept_alive_session` keeps; call when the process stops."""
    while _SESSIONS:
        _, (_, session) = _SESSIONS.popitem()
        await session.close()


class _LeftOpen:
    """A session in an `async with` that does not close it; requests go to it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *fault: object) -> None:
        return None


def straight_graph() -> None:
    """`DaskGraphRunner.run`: the stock one starts dask's scheduler for a graph of a few nodes in a row."""

    def run(
        self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        schema, nodes = self._graph_schema, self._instantiated_nodes
        wanted = targets or schema.target_names
        results: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}

        def result(name: str) -> Any:
            if name not in results:
                node = schema.nodes.get(name)
                # An input that nobody gave is passed by its name, as dask does.
                results[name] = nodes[name](*map(result, node.needs.values())) if node else name
            return results[name]

        return dict(result(name) for name in wanted)

    DaskGraphRunner.run = run


def log_copies() -> None:
    """`copy.deepcopy` in Rasa's processor and rule policy: the stock ones copy whole events for debug logs nobody reads."""

    class _NoCopies:
        @staticmethod
        def deepcopy(value: Any) -> Any:
            return value

    stock_processor.copy = _NoCopies
    rule_policy.copy = _NoCopies


def text_rules() -> None:
    """`RulePolicy._find_action_from_rules` for the message's text: skipped when no rule is written about texts."""
    stock = rule_policy.RulePolicy._find_action_from_rules

    def find(self: Any, tracker: DialogueStateTracker, domain: Any, use_text_for_last_user_input: bool) -> Any:
        if use_text_for_last_user_input and tracker.active_loop_name is None and not _has_text_rules(self):
            return None, None, False
        return stock(self, tracker, domain, use_text_for_last_user_input)

    rule_policy.RulePolicy._find_action_from_rules = find


def _has_text_rules(policy: Any) -> bool:
    known = getattr(policy, "_text_rules", None)
    if known is None:
        known = policy._text_rules = any('"text"' in key for key in policy.lookup[rule_policy.RULES])
    return bool(known)


def last_states() -> None:
    """`RulePolicy._prediction_states`: the stock one rebuilds the state before every action of the whole conversation.

    A rule looks back at most as many states as it is long, so the last turns are enough. Where earlier events
    could matter (a slot that influences predictions, a form, something undone) the stock function answers.
    """
    stock = rule_policy.RulePolicy._prediction_states

    def states(self: Any, tracker: DialogueStateTracker, domain: Any, *arguments: Any, **options: Any) -> Any:
        tail = _tail(tracker, _longest_rule(self) + 2)
        return stock(self, tail or tracker, domain, *arguments, **options)

    rule_policy.RulePolicy._prediction_states = states


def _longest_rule(policy: Any) -> int:
    known = getattr(policy, "_longest_rule", None)
    if known is None:
        known = policy._longest_rule = max(
            (len(json.loads(key)) for key in policy.lookup[rule_policy.RULES]), default=0
        )
    return int(known)


def _tail(tracker: DialogueStateTracker, actions: int) -> DialogueStateTracker | None:
    """A tracker of the last whole turns with at least this many actions; None when older events could matter."""
    if tracker.active_loop_name is not None or any(slot.has_features() for slot in tracker.slots.values()):
        return None
    events = list(tracker.events)
    start, seen = len(events), 0
    for place in range(len(events) - 1, 0, -1):
        event = events[place]
        if isinstance(event, _REWRITES_THE_PAST):
            return None
        seen += isinstance(event, ActionExecuted)
        if seen >= actions and isinstance(event, UserUttered) and isinstance(events[place - 1], ActionExecuted):
            start = place - 1  # the listening that the message ended
            break
    else:
        return None
    tail = DialogueStateTracker(tracker.sender_id, ())
    for event in events[start:]:
        # As in the stock replay, but slots are left out: none of them is looked at.
        if not isinstance(event, SlotSet):
            tail.update(event)
    return tail


def light_copies() -> None:
    """`DialogueStateTracker.copy`: the stock one replays all events to arrive at the state it has before it."""

    def duplicate(self: DialogueStateTracker) -> DialogueStateTracker:
        twin = copy.copy(self)
        twin.events = copy.copy(self.events)
        twin.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
        twin.active_loop = copy.copy(self.active_loop)
        return twin

    DialogueStateTracker.copy = duplicate


_REWRITES_THE_PAST = (ActionReverted, UserUtteranceReverted, Restarted, SessionStarted, ActiveLoop)
SPEEDUPS: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        schema_once,
        event_types,
        kept_alive_session,
        straight_graph,
        log_copies,
        text_rules,
        last_states,
        light_copies,
    )
}


def chosen(setting: str) -> list[str]:
    """The names a setting stands for; raises UnknownSpeedup."""
    if setting == "all":
        return list(SPEEDUPS)
    names = [] if setting == "none" else [name.strip() for name in setting.split(",") if name.strip()]
    unknown = set(names) - SPEEDUPS.keys()
    if unknown:
        raise UnknownSpeedup(f"ENGINE_SPEEDUPS: {', '.join(sorted(unknown))}; known are {', '.join(SPEEDUPS)}")
    return names


def install(names: Iterable[str]) -> None:
    """Replace the stock functions of this process; call once, before a model is loaded."""
    for name in names:
        SPEEDUPS[name]()
