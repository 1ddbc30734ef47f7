"""Not understood: asked again once in other words; the second time in a row a person is offered."""

from actions.exchange import Exchange


def unsure(talk: Exchange) -> None:
    """Outside any task."""
    talk.state.unsure += 1
    talk.say("fallback.first" if talk.state.unsure == 1 else "fallback.offer_agent")
