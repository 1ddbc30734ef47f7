"""Not understood: asked again once in other words; the second time in a row a person is offered."""

from actions.exchange import Exchange
from actions.phrases import choose


def unsure(talk: Exchange) -> None:
    """Outside any task."""
    talk.state.unsure += 1
    if talk.state.unsure > 1:
        talk.say("fallback.offer_agent")
        return
    talk.say(f"fallback.first.{topic}" if (topic := choose("topic", talk.turn.text)) else "fallback.first")
