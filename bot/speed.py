"""Speed-ups of stock Rasa 3.6.21: each a small function that replaces one stock function by an equal, faster one.

All are on by default; ENGINE_SPEEDUPS names a choice ("schema_once,event_types"), "none" switches all off. The tests
run the same conversations with and without each of them and compare the answers.
"""

from __future__ import annotations

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
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig


class UnknownSpeedup(ValueError):
    """ENGINE_SPEEDUPS names something that is not in SPEEDUPS."""


def schema_once() -> None:
    """`RemoteAction._validate_action_result`: the stock one checks the schema itself on every call (35 ms)."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        fault = best_match(validator.iter_errors(result))
        if fault is not None:
            raise ValidationError(f"{fault.message}. The action server's answer is not valid.", path=fault.path)
        return True

    RemoteAction._validate_action_result = validate


def event_types() -> None:
    """`Event.resolve_by_type`: the stock one walks all subclasses for every event of every conversation."""
    stock = Event.resolve_by_type
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(stock))


def kept_alive_session() -> None:
    """`EndpointConfig.session`: the stock one opens a new HTTP session and connection for each action call."""
    stock = EndpointConfig.session
    sessions: dict[int, aiohttp.ClientSession] = {}

    def session(self: EndpointConfig) -> Any:
        known = sessions.get(id(self))
        if known is None or known.closed:
            known = sessions[id(self)] = stock(self)
        return _LeftOpen(known)

    EndpointConfig.session = session


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


SPEEDUPS: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (schema_once, event_types, kept_alive_session, straight_graph, log_copies, text_rules)
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
