"""Who answers a customer: the states of a conversation and the moves between them. Pure."""

from __future__ import annotations

from typing import Literal

from conversations.model import State

Event = Literal["wish", "take", "give_back", "unanswered", "close", "customer_writes", "callback_ended"]

MOVES: dict[tuple[State, Event], State] = {
    ("bot", "wish"): "waiting",
    ("waiting", "wish"): "waiting",
    ("closed", "wish"): "waiting",
    ("bot", "take"): "agent",
    ("waiting", "take"): "agent",
    ("closed", "take"): "agent",
    ("agent", "give_back"): "bot",
    ("agent", "unanswered"): "waiting",
    ("agent", "close"): "closed",
    ("bot", "close"): "closed",
    ("waiting", "close"): "closed",
    ("closed", "customer_writes"): "bot",
    ("waiting", "callback_ended"): "bot",
}


def after(state: State, event: Event) -> State:
    """The state after `event`; an event that means nothing in `state` changes nothing."""
    return MOVES.get((state, event), state)


def bot_speaks(state: State) -> bool:
    """Whether the bot answers: only an agent's hold silences it."""
    return state != "agent"
