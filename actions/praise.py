"""Praise: thanks; it is written on the ticket it is about, when this conversation has one."""

from actions.care import Ticket
from actions.errors import CareError
from actions.exchange import Exchange
from actions.facts import ticket_code

# Without a code, only a ticket somebody has worked on can be meant.
WORKED_ON = frozenset({"in_progress", "done"})


def take(talk: Exchange) -> None:
    """The catalogue knows no kind for praise: without a ticket it is thanked for and nothing is promised."""
    try:
        ticket = _about(talk)
        if ticket is not None and talk.turn.text:
            note = talk.words.term("note.praise", words=talk.turn.text[:500])
            talk.care.add_note(ticket.code, note, f"{talk.key}:praise")
            talk.say("praise.noted", code=ticket.code)
            return
    except CareError:
        pass  # thanks need no backend
    talk.say("praise")


def _about(talk: Exchange) -> Ticket | None:
    own, named = talk.care.tickets(talk.turn.conversation_id), ticket_code(talk.turn.text)
    return next((one for one in own if one.code == named or (not named and one.status in WORKED_ON)), None)
