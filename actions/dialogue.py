"""Which need a message serves: danger first, then the task under way, then a new wish."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace

from actions import (
    bill_facts,
    bills,
    claims,
    connection,
    contact,
    contract,
    estimating,
    fallback,
    handover,
    hazard,
    identity,
    outage,
    planned,
    prices,
    talk,
    ticket_status,
)
from actions.collect import plain_answer
from actions.errors import BillingDown, CareDown, CareRefused
from actions.exchange import Exchange
from actions.facts import customer_code, dates, hear, ticket_code
from actions.phrases import choose, choose_exactly
from actions.place import Where, hear_place
from actions.turn import LAST_TRY
from bot.vietnamese import find_phones, province_of

# Calibrated confidence of the wish. From SURE on it may leave the question just asked; only a CERTAIN wish is
# followed when the same words also answer that question, and a leave-taking never is ("không biết nữa").
SURE, CERTAIN = 0.6, 0.85
DANGER = 0.5


@dataclass(frozen=True)
class Need:
    """How one task goes: `go_on` says whether the message was for it, `advance` says its pending question again."""

    start: Callable[[Exchange], None]
    go_on: Callable[[Exchange], bool]
    advance: Callable[[Exchange], None]
    # Whether the words answer the pending question; None where the form's fields tell.
    answered: Callable[[Exchange], bool] | None = None


NEEDS = {
    "outage": Need(outage.start, outage.go_on, outage.advance),
    "hazard": Need(hazard.start, hazard.go_on, hazard.advance),
    "connection": Need(connection.start, connection.go_on, connection.advance),
    "status": Need(ticket_status.start, ticket_status.go_on, ticket_status.advance),
    "planned": Need(planned.start, planned.go_on, planned.advance),
    "bill": Need(bills.start_bill, bills.go_on, bills.advance, contract.answered),
    "usage": Need(bills.start_usage, bills.go_on, bills.advance, contract.answered),
    "due": Need(bills.start_due, bills.go_on, bills.advance, contract.answered),
    "reading_day": Need(bills.start_reading_day, bills.go_on, bills.advance, contract.answered),
    "estimate": Need(estimating.start, estimating.go_on, estimating.advance, estimating.answered),
    "high_bill": Need(claims.start_high_bill, claims.go_on, claims.advance, claims.answered),
    "payment_problem": Need(claims.start_payment_problem, claims.go_on, claims.advance, claims.answered),
    "einvoice": Need(claims.start_einvoice, claims.go_on, claims.advance, claims.answered),
    "callback": Need(handover.start, handover.go_on, handover.advance),
}
TASK_OF = {
    "report_outage": "outage",
    "report_hazard": "hazard",
    "request_new_connection": "connection",
    "ask_ticket_status": "status",
    "ask_planned_outage": "planned",
    "talk_to_agent": "callback",
    "estimate_bill": "estimate",
    "ask_bill": "bill",
    "complain_high_bill": "high_bill",
    "report_payment_problem": "payment_problem",
    "ask_einvoice": "einvoice",
    "ask_usage": "usage",
    "ask_payment_due": "due",
    "ask_meter_reading_day": "reading_day",
}
ENDS = {"cancel": talk.cancel, "start_over": talk.start_over, "goodbye": talk.goodbye}
REMARKS = {"ask_contact": contact.tell, "help": talk.menu, "greet": talk.greet, "thank": talk.thank}
# Rules that need no facts: answered at once, a task under way goes on afterwards.
RULES = {"ask_payment_methods": bill_facts.payment_methods, "ask_tariff": prices.tell}


def respond(exchange: Exchange, wish: str) -> None:
    """Answer one turn; what care cannot do now is said honestly and handed to a person."""
    before = exchange.state.task
    try:
        _respond(exchange, wish)
    except CareDown as down:
        if exchange.turn.tries < LAST_TRY:
            raise  # the turn is taken again in a moment, with nothing done twice
        _failed(exchange, "billing.down" if isinstance(down, BillingDown) else "care.down")
    except CareRefused:
        _failed(exchange, "care.refused")
        exchange.finish()
    _offer_to_resume(exchange, before is not None)


def _respond(exchange: Exchange, wish: str) -> None:
    if _dangerous(exchange, wish):
        in_hazard = exchange.state.task is not None and exchange.state.task.name == "hazard"
        if not (in_hazard and hazard.go_on(exchange)):
            hazard.start(exchange)
    elif exchange.turn.wordless:
        _wordless(exchange)
    elif exchange.state.task is not None:
        _in_task(exchange, wish)
    else:
        _fresh(exchange, wish)
    if exchange.said and not exchange.said[-1].text:
        raise LookupError("a sentence without words")


def _dangerous(exchange: Exchange, wish: str) -> bool:
    turn = exchange.turn
    likely = wish == "report_hazard" and (turn.pressed or turn.confidence >= DANGER)
    among = any(name == "report_hazard" and sure >= DANGER for name, sure in turn.wishes)
    return likely or among or choose_exactly("hazard", turn.text) is not None


def _fresh(exchange: Exchange, wish: str) -> None:
    """No task under way."""
    turn, state = exchange.turn, exchange.state
    unsure = not turn.pressed and turn.unsure
    if state.aside is not None and (wish in ("affirm", "inform") or (unsure and plain_answer(exchange))):
        state.task, state.aside = state.aside, None
        if wish != "inform" or not NEEDS[state.task.name].go_on(exchange):
            NEEDS[state.task.name].advance(exchange)
    elif wish == "inform" or unsure:
        _loose_facts(exchange)
        return
    else:
        _say_side_wishes(exchange, wish)
        _serve(exchange, wish)
    state.unsure = 0


def _serve(exchange: Exchange, wish: str) -> None:
    """Start what the wish asks for."""
    if wish in TASK_OF:
        NEEDS[TASK_OF[wish]].start(exchange)
    elif wish == "report_power_restored":
        outage.restored(exchange)
    elif wish in ENDS:
        ENDS[wish](exchange)
    elif wish in REMARKS or wish in RULES:
        (REMARKS | RULES)[wish](exchange)
    elif wish == "affirm":
        exchange.say("affirm.nothing")
    elif wish == "deny":
        exchange.state.aside = None
        exchange.say("deny.nothing")
    else:
        talk.outside(exchange)


def _say_side_wishes(exchange: Exchange, wish: str) -> None:
    """A second wish that a sentence answers is answered before the main one starts its questions."""
    also = {name for name, sure in exchange.turn.wishes if sure >= SURE and name != wish}
    if "ask_contact" in also:
        contact.tell(exchange)


def _in_task(exchange: Exchange, wish: str) -> None:
    task, turn = exchange.task, exchange.turn
    need = NEEDS[task.name]
    sure = turn.pressed or turn.confidence >= SURE
    if task.notes.pop("down", False) and task.stage != "confirm" and plain_answer(exchange):
        need.advance(exchange)
        return
    if sure and not _answers(exchange, wish) and _interrupts(exchange, wish):
        return
    exchange.keep_unread = wish == "inform" or not sure
    if need.go_on(exchange):
        exchange.state.unsure = 0
        return
    if exchange.state.task is None:
        _fresh(exchange, wish)
        return
    if not sure or wish in ("inform", "affirm", "deny"):
        _ask_again(exchange)
        return
    if wish in ("greet", "thank"):
        exchange.lead(f"{wish}.in_task")
    elif TASK_OF.get(wish) != task.name and turn.intent != "repeat":
        exchange.lead(exchange.words.first_of(f"elsewhere.{turn.intent}", "out_of_scope.in_task"))
    need.advance(exchange)


def _answers(exchange: Exchange, wish: str) -> bool:
    """Whether the words answer the question just asked, so that a likely wish is only their sound."""
    asked = exchange.task.asking
    if exchange.task.stage == identity.STAGE and not exchange.turn.pressed:
        return identity.answered(exchange.turn, leaving=wish in ENDS or wish == "talk_to_agent")
    answered = NEEDS[exchange.task.name].answered
    certain = exchange.turn.confidence >= CERTAIN and wish not in (*ENDS, "help", "deny", "report_power_restored")
    if exchange.turn.pressed or not asked or (certain and _speaks(exchange.turn.text)):
        return False
    if answered is not None:
        return answered(exchange)
    return asked in hear(exchange.turn, deepcopy(exchange.task))


def _speaks(text: str) -> bool:
    """Whether there are words at all: a bare code or number is no wish, whatever it sounds like."""
    return any(word.isalpha() and len(word) > 1 for word in text.split())


def _interrupts(exchange: Exchange, wish: str) -> bool:
    """A clear wish for something else: answered, or begun, at once. False when the task may have the message."""
    task = exchange.task
    need = NEEDS[task.name]
    if wish in ENDS:
        ENDS[wish](exchange)
        return True
    if wish == "report_power_restored":
        outage.restored(exchange)
        if exchange.state.task is not None:
            need.advance(exchange)
        return True
    if wish in ("ask_contact", "help") and not (wish == "help" and exchange.turn.pressed):
        exchange.say("help.in_task") if wish == "help" else contact.tell(exchange)
        need.advance(exchange)
        return True
    if wish in RULES:
        RULES[wish](exchange)
        need.advance(exchange)
        return True
    if wish == "help":
        exchange.finish()
        talk.menu(exchange)
        return True
    if wish == "ask_planned_outage" and task.name == "outage" and planned.aside(exchange):
        need.advance(exchange)
        return True
    return _switches(exchange, wish)


def _switches(exchange: Exchange, wish: str) -> bool:
    name = TASK_OF.get(wish)
    task = exchange.task
    if name is None or (name == task.name and not exchange.turn.pressed):
        return False
    # In danger, "no power" is one more fact of the hazard, not a second report.
    if name == "outage" and task.name == "hazard" and not exchange.turn.pressed:
        return False
    if name == "callback":
        handover.start(exchange)
        if exchange.state.task is task:
            NEEDS[task.name].advance(exchange)
        return True
    NEEDS[name].start(exchange)
    if exchange.state.task is task:  # a rule was told, nothing new begun
        NEEDS[task.name].advance(exchange)
    return True


def _ask_again(exchange: Exchange) -> None:
    task = exchange.task
    task.tries += 1
    if task.stage in ("confirm", "area", "reset", "fix", "same_fault"):
        exchange.lead("fallback.in_task" if task.tries == 1 else "fallback.in_task.agent")
    NEEDS[task.name].advance(exchange)


def _loose_facts(exchange: Exchange) -> None:
    """Facts that nobody asked for, outside any task: offer what can be done with them."""
    text, state = exchange.turn.text, exchange.state
    if state.known.pop("contact", None) and province_of(text):
        contact.tell(exchange)
        return
    if ticket_code(text):
        state.unsure = 0
        ticket_status.start(exchange)
        return
    if bills.follow_up(exchange):
        state.unsure = 0
        return
    if exchange.known("schedule") and dates(text, exchange.turn.now) and not find_phones(text):
        state.unsure = 0
        planned.start(exchange)  # "tuần này thì sao": the same place, other days
        return
    if choose("topic", text) == "outage" and hear_place(Where(), text) != Where():
        state.unsure = 0
        outage.start(exchange)  # "kiệt 12 Nguyễn Huệ Huế cúp điện rồi": more place than wish
        return
    code = customer_code(text)
    where = Where(code=code) if code else hear_place(Where.of(exchange.known("place")), text)
    phones = find_phones(text)
    now = exchange.turn.now.isoformat()
    if phones:
        state.known["phone"] = {"value": phones[-1].value, "at": now}
    if code or (exchange.turn.intent == "inform" and where != Where.of(exchange.known("place"))):
        state.unsure = 0
        state.known["place"] = {"value": where.stored(), "at": now}
        exchange.say("loose.place", place=where.label)
    elif phones and exchange.turn.state == "waiting":
        state.unsure = 0
        exchange.begin("callback", carry=())
        handover.go_on(exchange)
    elif phones:
        state.unsure = 0
        exchange.say("loose.phone")
    else:
        fallback.unsure(exchange)


def _wordless(exchange: Exchange) -> None:
    """A location is kept as the place's pin; a picture or sticker is answered politely."""
    turn, state = exchange.turn, exchange.state
    if turn.location is not None:
        known = Where.of(exchange.known("place"))
        pinned = replace(known, lat=turn.location[0], lon=turn.location[1]).stored()
        state.known["place"] = {"value": pinned, "at": turn.now.isoformat()}
        if state.task is not None and "place" in {one.name for one in state.task.form.fields}:
            state.task.facts["place"] = pinned
        if state.task is None:
            exchange.say("media.location.no_task")
            return
        exchange.lead("media.location")
    else:
        talk.wordless(exchange)
    if state.task is not None:
        NEEDS[state.task.name].advance(exchange)


def _failed(exchange: Exchange, key: str) -> None:
    task = exchange.state.task
    exchange.say(key)
    if task is None or not task.notes.get("handed"):
        exchange.hand_over("failed_action")
    if task is not None:
        task.notes |= {"handed": True, "down": True}


def _offer_to_resume(exchange: Exchange, was_in_task: bool) -> None:
    """When a task in between is done, the one set aside is offered once."""
    aside = exchange.state.aside
    if aside is None or exchange.state.task is not None or not was_in_task or aside.notes.get("offered"):
        return
    aside.notes["offered"] = True
    exchange.say("resume", what=exchange.words.term(f"task.{aside.name}"))
