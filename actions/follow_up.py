"""Short messages that only make sense after what was told last: "sao cao vậy", "còn tháng 9", "phí bao nhiêu", "còn tủ lạnh"."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from actions import advice, bills, claims, planned, service, service_info
from actions.errors import NotFound
from actions.exchange import LATELY, Exchange
from actions.facts import dates
from actions.phrases import choose
from actions.place import Where, hear_place
from bot.vietnamese import find_phones, find_ticket_codes

LONGEST_WORDS = 14


def take(talk: Exchange) -> bool:
    """Answer it as going on about what was told last; False when it does not."""
    text = talk.turn.text
    if talk.turn.pressed or len(text.split()) > LONGEST_WORDS or find_phones(text) or find_ticket_codes(text):
        return False
    told = [(kept["at"], name, kept["value"]) for name in ABOUT if (kept := talk.state.known.get(name))]
    now = talk.turn.now
    lately = sorted((one for one in told if now - datetime.fromisoformat(one[0]) <= LATELY), reverse=True)
    return any(ABOUT[name](talk, value) for _, name, value in lately)


def _bill(talk: Exchange, name: str) -> bool:
    """Another month of the same, or why it is so much."""
    if bills.follow_up(talk):
        return True
    if choose("dear", talk.turn.text) is None:
        return False
    talk.action = "complain_high_bill"
    claims.start_high_bill(talk)
    return True


def _schedule(talk: Exchange, place: str) -> bool:
    """Other days, or another place."""
    text = talk.turn.text
    where = hear_place(Where(), text)
    if where == Where() and not dates(text, talk.turn.now):
        return False
    if where != Where():
        talk.state.known["place"] = {"value": where.stored(), "at": talk.turn.now.isoformat()}
    planned.start(talk)
    return True


def _service(talk: Exchange, service_id: str) -> bool:
    """Papers, time or cost of the service told of last, or the wish to register it."""
    if service_info.sides(talk.turn.text):
        try:
            service_info.tell(talk, talk.care.service(service_id), offering=False)
        except NotFound:
            return False
        return True
    if choose("register", talk.turn.text) is None:
        return False
    talk.turn.picked["register"] = service_id
    talk.action = "ask_service_info"
    service.start(talk)
    return True


def _tips(talk: Exchange, wish: str) -> bool:
    """The same kind of advice for something else."""
    kind, tell = {"ask_energy_saving": ("appliance", advice.saving), "ask_safety": ("safety", advice.safety)}[wish]
    if choose(kind, talk.turn.text) is None:
        return False
    tell(talk)
    return True


ABOUT: dict[str, Callable[[Exchange, Any], bool]] = {
    "bill_asked": _bill,
    "schedule": _schedule,
    "service": _service,
    "tips": _tips,
}
