"""How far a ticket is: in full where it was filed; elsewhere stage and due time against three digits of its phone."""

from actions.care import Ticket
from actions.collect import ask_missing, listen
from actions.errors import NotFound, TooManyTries
from actions.exchange import Exchange
from actions.words import Button

MOST_LISTED = 4


def start(talk: Exchange) -> None:
    """Look up the code named; without one, tell of this conversation's own tickets."""
    task = talk.begin("status")
    listen(talk)
    if not task.facts.get("ticket_code") and not talk.turn.picked.get("other") and (_list_own(talk) or _waiting(talk)):
        talk.finish()
        return
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Take the code or the digits; False when the message held neither."""
    heard = listen(talk)
    if "ticket_code" in heard.changed and "last_three" not in heard.changed:
        talk.task.facts.pop("last_three", None)
    if not heard.changed:
        return False
    advance(talk)
    return True


def advance(talk: Exchange) -> None:
    """Answer in full for this conversation's own ticket, else against the three digits."""
    task = talk.task
    code = task.facts.get("ticket_code")
    if code and (own := own_ticket(talk, code)) is not None:
        tell(talk, own)
        talk.finish()
        return
    # Asked for a code that does not exist too: nobody learns here which codes are real.
    if not ask_missing(talk):
        _check(talk, code or "", task.facts["last_three"])


def tell(talk: Exchange, ticket: Ticket) -> None:
    """Everything the filer may know of the ticket."""
    talk.say(
        "status.full" if ticket.due_at else "status.full.no_due",
        code=ticket.code,
        service=service_name(talk, ticket.service),
        stage=talk.words.term(f"status.{ticket.status}"),
        filed=talk.moment(ticket.created_at) if ticket.created_at else "",
        due=talk.moment(ticket.due_at) if ticket.due_at else "",
        place=ticket.address or talk.words.term("place.by_code"),
    )


def own_ticket(talk: Exchange, code: str) -> Ticket | None:
    """The ticket if this conversation filed it; None for anybody else's and for none at all."""
    try:
        ticket = talk.care.ticket(code)
    except NotFound:
        return None
    return ticket if ticket.conversation_id == talk.turn.conversation_id else None


def service_name(talk: Exchange, service_id: str) -> str:
    """A service as a customer reads it."""
    named = talk.words.terms.get(f"service.{service_id}")
    return named or talk.care.service(service_id).name


def _check(talk: Exchange, code: str, last_three: str) -> None:
    try:
        stage = talk.care.stage(code, last_three, talk.turn.conversation_id)
    except NotFound:
        talk.task.facts.clear()
        talk.task.asking = ""
        talk.say("status.no_match")
        return
    except TooManyTries:
        talk.say("status.paused")
        talk.finish()
        return
    key = "status.stage" if stage.due_at else "status.stage.no_due"
    talk.say(key, code=stage.code, stage=stage.stage, due=talk.moment(stage.due_at) if stage.due_at else "")
    talk.finish()


def _waiting(talk: Exchange) -> bool:
    """ "Sao chưa ai gọi": a person was asked for, and no ticket is meant."""
    if talk.turn.state != "waiting" or talk.turn.pressed:
        return False
    talk.say("handover.waiting")
    return True


def _list_own(talk: Exchange) -> bool:
    own = talk.care.tickets(talk.turn.conversation_id)[:MOST_LISTED]
    if not own:
        return False
    if len(own) == 1:
        tell(talk, own[0])
        return True
    lines = "\n".join(
        f"- {one.code}: {service_name(talk, one.service)}, {talk.words.term(f'status.{one.status}')}" for one in own
    )
    buttons = [Button(one.code, f"ask_ticket_status;ticket_code={one.code}") for one in own]
    talk.say("status.list", buttons, lines=lines)
    return True
