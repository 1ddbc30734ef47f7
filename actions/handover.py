"""Asking for a person: handed over at once, a phone number added when it comes."""

from actions.collect import listen
from actions.errors import CareError
from actions.exchange import Exchange

SERVICE = "CALLBACK"
ENDED = frozenset({"done", "rejected", "cancelled"})


def start(talk: Exchange) -> None:
    """Hand over; ask for a phone only when none is known, and leave the task under way as it is otherwise."""
    phone = talk.known("phone")
    if phone:
        talk.hand_over("wish", phone)
        talk.say("handover.with_phone", phone=f"{phone[:4]} {phone[4:7]} {phone[7:]}")
        return
    talk.begin("callback")
    listen(talk)
    phone = talk.task.facts.get("phone")
    talk.hand_over("wish", phone)
    if phone:
        talk.say("handover.with_phone", phone=f"{phone[:4]} {phone[4:7]} {phone[7:]}")
        talk.finish()
        return
    talk.task.asking = "phone"
    talk.say("handover.ask_phone")


def go_on(talk: Exchange) -> bool:
    """The phone number goes to the call-back ticket; a refusal is accepted at once."""
    heard = listen(talk)
    phone = talk.task.facts.get("phone")
    if phone:
        if not _add_phone(talk, phone):
            talk.hand_over("wish", phone)
        talk.say("handover.phone_noted", phone=f"{phone[:4]} {phone[4:7]} {phone[7:]}")
        talk.finish()
        return True
    if "phone" in heard.changed or heard.yes is False:
        talk.finish()
        talk.say("handover.no_phone")
        return True
    return False


def advance(talk: Exchange) -> None:
    """Ask for the phone again."""
    talk.task.asking = "phone"
    talk.say("callback.again.phone")


def _add_phone(talk: Exchange, phone: str) -> bool:
    """False when the ticket does not stand yet: it is filed after the turn, so the hand-over carries the phone."""
    try:
        waiting = [t for t in talk.care.tickets(talk.turn.conversation_id, SERVICE) if t.status not in ENDED]
        for ticket in waiting:
            talk.care.add_facts(ticket.code, {"phone": phone})
    except CareError:
        return False
    return bool(waiting)
