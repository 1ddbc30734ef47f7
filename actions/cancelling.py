"""Cancelling a ticket: which one, are you sure, done; what its state forbids is said clearly."""

from actions.care import Ticket
from actions.collect import ask_missing, listen
from actions.errors import NotAllowed, NotFound, TooManyTries
from actions.exchange import Exchange
from actions.facts import ticket_code
from actions.outage_before import OPEN
from actions.phrases import choose
from actions.talk import cancel
from actions.ticket_status import own_ticket, service_name
from actions.words import Button

# A danger does not end because somebody says so in a chat.
BY_A_PERSON = frozenset({"REPORT_HAZARD"})
MOST_LISTED = 4


def start(talk: Exchange) -> None:
    """Take the code named; without one, this conversation's open tickets, or what is not filed yet."""
    before = talk.state.task
    if before is not None and before.returns and not ticket_code(talk.turn.text) and not _open(talk):
        cancel(talk)
        return
    talk.begin("cancelling", carry=())
    listen(talk)
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Take code, digits, or the yes; False when the message held none."""
    task = talk.task
    heard = listen(talk)
    if "ticket_code" in heard.changed:
        task.stage = "collect"
        if "last_three" not in heard.changed:
            task.facts.pop("last_three", None)
    if task.stage == "confirm":
        said = choose("cancel_it", talk.turn.text)
        sure = {"yes": True, "no": False}.get(said or "", heard.yes)
        if sure is None:
            return False
        _settle(talk, sure)
        return True
    if not heard.changed:
        return False
    advance(talk)
    return True


def advance(talk: Exchange) -> None:
    """Find out which ticket, then ask once more."""
    facts = talk.task.facts
    if not facts.get("ticket_code") and _choose_own(talk):
        return
    own = own_ticket(talk, facts["ticket_code"]) if facts.get("ticket_code") else None
    if own is not None:
        _ask(talk, own)
        return
    # Asked for a code that does not exist too: nobody learns here which codes are real.
    if not ask_missing(talk):
        _check(talk)


def _choose_own(talk: Exchange) -> bool:
    """One open ticket is taken as meant, several are shown; False when there is none."""
    own = _open(talk)
    if len(own) == 1:
        talk.task.facts["ticket_code"] = own[0].code
        _ask(talk, own[0])
    elif own:
        talk.task.asking = "ticket_code"
        lines = "\n".join(f"- {one.code}: {service_name(talk, one.service)}" for one in own)
        talk.say(
            "cancelling.which", [Button(one.code, f"cancel_ticket;ticket_code={one.code}") for one in own], lines=lines
        )
    return bool(own)


def _open(talk: Exchange) -> list[Ticket]:
    return [one for one in talk.care.tickets(talk.turn.conversation_id) if one.status in OPEN][:MOST_LISTED]


def _ask(talk: Exchange, own: Ticket) -> None:
    if own.status not in OPEN:
        talk.finish()
        talk.say("cancelling.ended", code=own.code, stage=talk.words.term(f"status.{own.status}"))
        return
    if own.service in BY_A_PERSON:
        talk.finish()
        talk.say("cancelling.by_person", code=own.code)
        return
    talk.task.stage, talk.task.asking = "confirm", ""
    talk.say("cancelling.confirm", code=own.code, service=service_name(talk, own.service))


def _check(talk: Exchange) -> None:
    """Somebody else's conversation, or none: code and digits must fit before anything is said."""
    task = talk.task
    try:
        stage = talk.care.stage(task.facts["ticket_code"], task.facts["last_three"], talk.turn.conversation_id)
    except NotFound:
        task.facts.clear()
        # Asked for again at once: this conversation's own tickets are no help to a stranger's code.
        task.asking = "ticket_code"
        talk.say("status.no_match")
        return
    except TooManyTries:
        talk.finish()
        talk.say("status.paused")
        return
    if talk.care.ticket(stage.code).service in BY_A_PERSON:
        talk.finish()
        talk.say("cancelling.by_person", code=stage.code)
        return
    task.stage, task.asking = "confirm", ""
    talk.say("cancelling.confirm.code", code=stage.code, stage=stage.stage)


def _settle(talk: Exchange, sure: bool) -> None:
    code = talk.task.facts["ticket_code"]
    if not sure:
        talk.finish()
        talk.say("cancelling.kept", code=code)
        return
    try:
        talk.care.cancel_ticket(code, f"{talk.key}:cancel:{code}")
    except NotAllowed:
        talk.finish()
        talk.say("cancelling.too_late", code=code)
        return
    talk.finish()
    talk.say("cancelling.done", code=code)
