"""Praise: thanked for, and recorded; on the ticket it is about too, when this conversation has one."""

from actions.care import Json, Ticket
from actions.errors import CareError
from actions.exchange import Exchange
from actions.facts import ticket_code
from actions.phrases import choose

SERVICE = "PRAISE"
# Without a code, only a ticket somebody has worked on can be meant.
WORKED_ON = frozenset({"in_progress", "done"})
LONGEST = 1000


def take(talk: Exchange) -> None:
    """Praise of people is filed, so that they hear of it; of the bot, or of nobody, it is only thanked for."""
    try:
        about = _about(talk) if talk.turn.text else None
        if about is not None or choose("praised", talk.turn.text):
            _record(talk, about)
            return
    except CareError:
        pass  # thanks need no backend
    talk.say("praise")


def _record(talk: Exchange, about: Ticket | None) -> None:
    talk.care.file_ticket(_body(talk, about), f"{talk.key}:{SERVICE}")
    if about is None:
        talk.say("praise.filed")
        return
    note = talk.words.term("note.praise", words=talk.turn.text[:LONGEST])
    talk.care.add_note(about.code, note, f"{talk.key}:praise")
    talk.say("praise.noted", code=about.code)


def _body(talk: Exchange, about: Ticket | None) -> Json:
    told = {
        "service": SERVICE,
        "channel": talk.turn.channel,
        "conversation_id": talk.turn.conversation_id,
        "description": talk.turn.text[:LONGEST],
    }
    return told | ({"details": {"ticket_code": about.code}} if about is not None else {})


def _about(talk: Exchange) -> Ticket | None:
    own, named = talk.care.tickets(talk.turn.conversation_id), ticket_code(talk.turn.text)
    own = [one for one in own if one.service != SERVICE]
    return next((one for one in own if one.code == named or (not named and one.status in WORKED_ON)), None)
