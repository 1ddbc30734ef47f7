"""A report of this conversation that stands already: told instead of filed again, opened again, or added to."""

from actions.care import Ticket
from actions.errors import CareRefused
from actions.exchange import Exchange
from actions.phrases import choose

SERVICE = "REPORT_OUTAGE"
OPEN = frozenset({"new", "accepted", "in_progress", "waiting_customer"})


def still_out(talk: Exchange) -> bool:
    """The button under "power is back", or the same in words: the ticket that was closed is open again."""
    code = talk.turn.picked.get("still_out") or _closed_too_early(talk)
    if not code:
        return False
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
