"""Facts that nobody asked for, outside any task: what can be done with them is offered."""

from actions import additions, contact, fallback, handover, numbers, outage, ticket_status
from actions.exchange import Exchange
from actions.facts import customer_code, ticket_code
from actions.phrases import choose
from actions.place import Where, hear_place
from bot.vietnamese import find_phones, province_of


def take(talk: Exchange) -> None:
    """A message with facts but no wish, or an unclear one."""
    if numbers.check(talk) or _belongs_somewhere(talk):
        talk.state.unsure = 0
        return
    text, state = talk.turn.text, talk.state
    code = customer_code(text)
    where = Where(code=code) if code else hear_place(Where.of(talk.known("place")), text)
    phones = find_phones(text)
    now = talk.turn.now.isoformat()
    told_before = bool(phones) and phones[-1].value == talk.known("phone")
    if phones:
        state.known["phone"] = {"value": phones[-1].value, "at": now}
    if code or (talk.turn.intent == "inform" and where != Where.of(talk.known("place"))):
        state.unsure = 0
        state.known["place"] = {"value": where.stored(), "at": now}
        talk.say("loose.code" if code else "loose.place", place=where.label)
    elif phones and talk.turn.state == "waiting":
        state.unsure = 0
        talk.begin("callback", carry=())
        handover.go_on(talk)
    elif phones:
        state.unsure = 0
        talk.say("loose.phone.known" if told_before else "loose.phone")
    else:
        fallback.unsure(talk)


def _belongs_somewhere(talk: Exchange) -> bool:
    """Whether the message answers what was said before, or holds more of a wish than it seems."""
    text, asked = talk.turn.text, talk.state.known.pop("contact", None)
    if asked and province_of(text):
        contact.tell_kind(talk, asked["value"])
    elif ticket_code(text) or (talk.turn.state == "waiting" and choose("nobody_came", text)):
        ticket_status.start(talk)
    elif additions.answers_waiting(talk):
        pass
    elif choose("topic", text) == "outage" and (customer_code(text) or hear_place(Where(), text) != Where()):
        outage.start(talk)  # "kiệt 12 Nguyễn Huệ Huế cúp điện rồi": more place than wish
    else:
        return False
    return True
