"""A report of this conversation that stands already: told instead of filed again, opened again, or added to."""

from datetime import datetime

from actions.care import Ticket
from actions.collect import plain_answer
from actions.errors import CareError, CareRefused
from actions.exchange import FRESH, Exchange
from actions.phrases import choose

SERVICE = "REPORT_OUTAGE"
LONGEST_ANSWER_WORDS = 12
OPEN = frozenset({"new", "accepted", "in_progress", "waiting_customer"})


def answers_asked_back(talk: Exchange) -> bool:
    """The answer in words to "is your power back?", which the news of the end of a report asked after our last words.

    "Chưa" opens the report again; a yes is thanked for. False when nothing was asked, or it is no answer.
    """
    said = heard_back(talk)
    if said is None:
        return False
    ticket = _asked_about(talk)
    if ticket is None:
        return False
    if said == "back":
        talk.say("outage.restored")
        return True
    return _opened_again(talk, ticket.code)


def heard_back(talk: Exchange) -> str | None:
    """`back` or `dark` where the words answer the question; None for a button, a question or anything else."""
    text = talk.turn.text
    if talk.turn.pressed or len(text.split()) > LONGEST_ANSWER_WORDS or text.rstrip().endswith("?"):
        return None
    plain = plain_answer(talk)
    said = choose("asked_back", text) or (None if plain is None else "back" if plain else "dark")
    return said if said in ("back", "dark") else None


def asked_since(talk: Exchange, ended: datetime) -> bool:
    """Whether the news of what `ended` then came after the bot's last words, and not long ago."""
    spoke_at = talk.state.last.get("at") if talk.state.last else None
    asked_last = spoke_at is None or datetime.fromisoformat(spoke_at) < ended
    return asked_last and talk.turn.now - ended <= FRESH


def _asked_about(talk: Exchange) -> Ticket | None:
    """The newest report, if its end is news that came after the bot's last words."""
    try:
        newest = next(iter(talk.care.tickets(talk.turn.conversation_id, SERVICE)), None)
    except CareError:
        return None
    if newest is None or newest.status != "done" or newest.done_at is None:
        return None
    return newest if asked_since(talk, newest.done_at) else None


def still_out(talk: Exchange) -> bool:
    """The button under "power is back", or the same in words: the ticket that was closed is open again."""
    code = talk.turn.picked.get("still_out") or _closed_too_early(talk)
    return code is not None and _opened_again(talk, code)


def _opened_again(talk: Exchange, code: str) -> bool:
    try:
        ticket = talk.care.reopen_ticket(code, talk.key)
    except CareRefused:
        return False
    talk.say("outage.reopened", code=ticket.code)
    return True


def _closed_too_early(talk: Exchange) -> str | None:
    """The newest report of this conversation, if it is done and the customer says that it is still dark."""
    if talk.turn.pressed or not choose("still_out", talk.turn.text):
        return None
    newest = next(iter(talk.care.tickets(talk.turn.conversation_id, SERVICE)), None)
    return newest.code if newest is not None and newest.status == "done" else None


def told(talk: Exchange) -> bool:
    """Tell a report of this conversation that is still open."""
    ticket = open_ticket(talk)
    if ticket is None:
        return False
    talk.task.stage = "same_fault"
    if choose("again_out", talk.turn.text):
        note = talk.words.term("note.dark_again", time=talk.moment(talk.turn.now))
        talk.care.add_note(ticket.code, note, f"{talk.key}:note")
        talk.say("outage.dark_again", code=ticket.code)
        return True
    stage = talk.words.term(f"status.{ticket.status}")
    key = "outage.reported_before" if ticket.due_at else "outage.reported_before.no_due"
    talk.say(key, code=ticket.code, stage=stage, due=talk.moment(ticket.due_at) if ticket.due_at else "")
    return True


def open_ticket(talk: Exchange) -> Ticket | None:
    """The newest report that is still worked on."""
    found = talk.care.tickets(talk.turn.conversation_id, SERVICE)
    return next((one for one in found if one.status in OPEN), None)
