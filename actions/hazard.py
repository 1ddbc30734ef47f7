"""Danger: safety words first, a P0 ticket at once, a person called in, and only then questions."""

from typing import Any

from actions.care import Json
from actions.collect import ask_missing, listen
from actions.errors import CareDown, CareRefused
from actions.exchange import Exchange
from actions.phrases import choose_exactly
from actions.place import Where
from actions.turn import Turn

SERVICE = "REPORT_HAZARD"
LONGEST_STORY = 1000
# Calibrated confidence; lower than for any other wish.
DANGER = 0.5


def named(turn: Turn, wish: str) -> bool:
    """Whether the message tells of danger: as its wish, among its wishes, or by words that must never wait for a guess."""
    likely = wish == "report_hazard" and (turn.pressed or turn.confidence >= DANGER)
    among = any(name == "report_hazard" and sure >= DANGER for name, sure in turn.wishes)
    return likely or among or choose_exactly("hazard", turn.text) is not None


def start(talk: Exchange) -> None:
    """Warn, file with whatever is known, hand over, then ask where and whom to call."""
    talk.begin("hazard")
    # Last night's address must not send the crew to the wrong street: only what an open report holds is carried over.
    if talk.state.aside is None:
        talk.task.facts.pop("place", None)
    listen(talk)
    talk.task.notes["story"] = talk.turn.text[:LONGEST_STORY]
    talk.say(_warning(talk.turn.text))
    _file(talk)
    talk.hand_over("hazard")
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Add what this message tells to the ticket already filed."""
    task = talk.task
    heard = listen(talk)
    more = talk.turn.intent in ("report_hazard", "report_outage") and bool(talk.turn.text)
    if not heard.anything and not more:
        return _unwilling(talk, heard.yes)
    if more:
        task.notes["story"] = f"{task.notes.get('story', '')}\n{talk.turn.text}".strip()[:LONGEST_STORY]
    if task.ticket:
        _add(talk, more)
    else:
        _file(talk)
    advance(talk)
    return True


def advance(talk: Exchange) -> None:
    """Ask for place and phone; when both are there, say what happens next."""
    task = talk.task
    gap = Where.of(task.facts.get("place")).gap
    # A street is asked for once; nobody in danger is kept typing while ward and pin are known.
    spared = frozenset({"place"}) if gap == "street" and task.notes.get("street_asked") else frozenset()
    task.notes["street_asked"] = gap == "street"
    if ask_missing(talk, spared):
        return
    if task.ticket:
        talk.say("hazard.complete", code=task.ticket, place=Where.of(task.facts.get("place")).label)
    else:
        talk.say("hazard.not_filed")
    talk.finish()


def _unwilling(talk: Exchange, yes: bool | None) -> bool:
    """A no to a question must not keep someone in danger typing."""
    if yes is not False:
        return False
    missing = talk.task.form.missing(talk.task.facts)
    if missing is not None and missing.name == "phone":
        talk.task.facts["phone"] = ""
        advance(talk)
        return True
    return False


def _warning(text: str) -> str:
    return f"hazard.safety.{choose_exactly('emergency', text) or 'plain'}"


def _file(talk: Exchange) -> None:
    """File once; when care is down say so, and try again with the next message."""
    task = talk.task
    try:
        ticket = talk.file_ticket(_body(talk), talk.key)
    except (CareDown, CareRefused):
        if not task.notes.get("failed"):
            talk.say("hazard.not_filed")
        task.notes["failed"] = True
        return
    task.ticket = ticket.code
    talk.say("hazard.filed" if ticket.new else "hazard.already", code=ticket.code)


def _add(talk: Exchange, more: bool) -> None:
    facts = _facts(talk)
    if more:
        facts["description"] = talk.task.notes["story"]
    try:
        talk.care.add_facts(talk.task.ticket, facts)
    except (CareDown, CareRefused):
        # The person called in reads the conversation itself; the customer must not be held up.
        talk.lead("hazard.not_added")


def _body(talk: Exchange) -> Json:
    return {
        "service": SERVICE,
        "priority": "P0",
        "channel": talk.turn.channel,
        "conversation_id": talk.turn.conversation_id,
        "description": talk.task.notes.get("story") or talk.words.term("note.hazard"),
    } | _facts(talk)


def _facts(talk: Exchange) -> dict[str, Any]:
    where = Where.of(talk.task.facts.get("place"))
    known = {"phone": talk.task.facts.get("phone"), "address": where.address(), "customer_code": where.code}
    return {key: value for key, value in known.items() if value}
