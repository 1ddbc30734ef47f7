"""Hand-over: who answers, and the moves between."""

import pytest

from conversations.handover import MOVES, after, bot_speaks


@pytest.mark.parametrize(
    ("state", "event", "then"),
    [
        ("bot", "wish", "waiting"),
        ("waiting", "take", "agent"),
        ("agent", "give_back", "bot"),
        ("agent", "unanswered", "waiting"),
        ("agent", "close", "closed"),
        ("closed", "customer_writes", "bot"),
        ("waiting", "callback_ended", "bot"),
        ("agent", "wish", "agent"),
        ("bot", "callback_ended", "bot"),
    ],
)
def test_moves(state, event, then):
    assert after(state, event) == then


def test_only_an_agent_silences_the_bot():
    assert [s for s in ("bot", "waiting", "agent", "closed") if not bot_speaks(s)] == ["agent"]


def test_every_state_can_be_left():
    assert {state for state, _ in MOVES} == {"bot", "waiting", "agent", "closed"}
