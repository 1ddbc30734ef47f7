"""How much of a conversation is kept: the last turns, and what all turns before them come to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)


def shortened(events: Sequence[Event], turns: int, quiet: Collection[str] = ()) -> list[Event]:
    """The last `turns` user turns of `events`, led by one event for each slot the older ones had set.

    Replaying the answer gives the slots, the loop and the pause that replaying `events` would give. Of a `quiet`
    slot, one that no prediction looks at, only the last value is kept.
    """
    events = _without_old_values(_since_erased(events), quiet)
    starts = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= turns:
        return list(events)
    cut = starts[-turns]
    return [*_summary(events[:cut]), *events[cut:]]


def erases(event: Event) -> bool:
    """Whether with this the customer's data were erased: nothing from before its turn may be kept."""
    return isinstance(event, BotUttered) and bool((event.data.get("custom") or {}).get("erase"))


def _since_erased(events: Sequence[Event]) -> Sequence[Event]:
    """From the turn on in which the past was last erased; that turn stays, to be answered again."""
    erased = max((place for place, event in enumerate(events) if erases(event)), default=None)
    if erased is None:
        return events
    start = max(place for place, event in enumerate(events[:erased]) if isinstance(event, UserUttered))
    return [ActionExecuted(ACTION_LISTEN_NAME, timestamp=events[start].timestamp), *events[start:]]


def _without_old_values(events: Sequence[Event], quiet: Collection[str]) -> list[Event]:
    seen: set[str] = set()
    kept: list[Event] = []
    for event in reversed(events):
        if isinstance(event, SlotSet) and event.key in quiet:
            if event.key in seen:
                continue
            seen.add(event.key)
        elif isinstance(event, AllSlotsReset | Restarted | ActionReverted | UserUtteranceReverted):
            return list(events)  # what was set before these may count again
        kept.append(event)
    return kept[::-1]


def _summary(events: Sequence[Event]) -> list[Event]:
    slots: dict[str, SlotSet] = {}
    loop: Event | None = None
    pause: Event | None = None
    for event in events:
        if isinstance(event, SlotSet):
            slots.pop(event.key, None)
            slots[event.key] = event
        elif isinstance(event, AllSlotsReset | Restarted):
            slots.clear()
            if isinstance(event, Restarted):
                loop = pause = None
        elif isinstance(event, ActiveLoop):
            loop = event if event.name else None
        elif isinstance(event, ConversationPaused | ConversationResumed):
            pause = event if isinstance(event, ConversationPaused) else None
    # The listening before the first kept message: rules begin at it.
    listen = ActionExecuted(ACTION_LISTEN_NAME, timestamp=events[-1].timestamp)
    return [*slots.values(), *(event for event in (loop, pause) if event), listen]


def replies_to(message_id: str, events: Sequence[Event]) -> list[Event] | None:
    """All events after the user's message `message_id` up to the next one; None when it is not there."""
    found: list[Event] | None = None
    for event in events:
        if isinstance(event, UserUttered):
            if found is not None:
                return found
            found = [] if event.message_id == message_id else None
        elif found is not None:
            found.append(event)
    return found
