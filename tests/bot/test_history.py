"""How much of a conversation is kept: replaying the short history gives the state of the whole one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.events import (
    ActionExecuted,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.history import replies_to, shortened

SLOTS = [AnySlot("task", mappings=[{}]), AnySlot("other", mappings=[{}])]


def turn(number: int, *set_by_action: Event) -> list[Event]:
    said = UserUttered(f"message {number}", {"name": "inform", "confidence": 1.0}, message_id=str(number))
    answer = BotUttered(f"answer {number}")
    return [said, ActionExecuted("action_inform"), answer, *set_by_action, ActionExecuted("action_listen")]


def state(events: list[Event]) -> tuple[dict, bool, str | None]:
    tracker = DialogueStateTracker.from_events("x", events, SLOTS)
    return tracker.current_slot_values(), tracker.is_paused(), tracker.latest_action_name


effects = st.one_of(
    st.builds(lambda value: SlotSet("task", value), st.integers()),
    st.builds(lambda value: SlotSet("other", value), st.integers()),
    st.just(AllSlotsReset()),
    st.just(ConversationPaused()),
    st.just(ConversationResumed()),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(effects, max_size=3), min_size=1, max_size=12), st.integers(1, 4), st.booleans())
def test_a_short_history_replays_to_the_same_state(turns: list[list[Event]], kept: int, has_quiet: bool) -> None:
    events = [ActionExecuted("action_listen"), *(e for n, changes in enumerate(turns) for e in turn(n, *changes))]

    short = shortened(events, kept, {"task"} if has_quiet else ())

    assert state(short) == state(events)
    assert sum(isinstance(event, UserUttered) for event in short) == min(kept, len(turns))


def test_of_a_quiet_slot_only_the_last_value_is_kept() -> None:
    events = [event for n in range(5) for event in turn(n, SlotSet("task", n))]

    kept = [event.value for event in shortened(events, 10, {"task"}) if isinstance(event, SlotSet)]

    assert kept == [4]


def test_replies_end_where_the_next_message_begins() -> None:
    events = [*turn(1), *turn(2), *turn(3)]

    assert [e.text for e in replies_to("2", events) or [] if isinstance(e, BotUttered)] == ["answer 2"]


@pytest.mark.parametrize("events", [[], turn(1)])
def test_an_unknown_message_has_no_replies(events: list[Event]) -> None:
    assert replies_to("7", events) is None


def test_what_was_said_before_an_erasing_is_not_kept() -> None:
    erasing = BotUttered(None, {"custom": {"erase": True}})
    events = [event for n in range(3) for event in turn(n, SlotSet("task", n))]
    events += [*turn(3, SlotSet("task", None), erasing), *turn(4, SlotSet("task", 4))]

    short = shortened(events, 10)

    assert [event.text for event in short if isinstance(event, UserUttered)] == ["message 3", "message 4"]
    assert state(short) == state(events)
    assert shortened(short, 10) == short
    assert replies_to("3", short)
