"""Adding to a ticket: "bổ sung cho phiếu …", and the answer to a ticket that waits for its customer."""

import re

from actions.collect import ask_missing, listen
from actions.errors import CareError, NotFound, TooManyTries
from actions.exchange import Exchange
from actions.facts import ticket_code
from actions.phrases import choose
from actions.ticket_status import own_ticket

LONGEST_NOTE = 1000
FEWEST_WORDS = 2
LEADING = re.compile(
    r"^\W*(?:(?:dạ|cho|em|tôi|mình|xin|toi|minh|da)\s+)*(?:bổ sung|bo sung|ghi thêm|ghi them|thêm|them|nói thêm|noi them)"
    r"(?:\s+(?:thêm|them|thông tin|thong tin|vào|vao|cho|giúp|giup|cái|cai|phiếu|phieu))*\s*"
    r"(?:yc[ .-]?\d[\d .-]{6,12}\d)?\s*(?:là|la|:|,|-)*\s*",
    re.I,
)


def wanted(talk: Exchange) -> bool:
    """Whether the message adds to a ticket: by the news' button, or in so many words; inside a task the code must be there."""
    if talk.turn.picked.get("answer"):
        return True
    said = not talk.turn.pressed and choose("addition", talk.turn.text) is not None
    return said and (talk.state.task is None or ticket_code(talk.turn.text) is not None)


def start(talk: Exchange) -> None:
    """Take the ticket and, when it is there, what to add."""
    task = talk.begin("addition", carry=())
    listen(talk)
    code = ticket_code(talk.turn.picked.get("answer", ""))
    if code:
        task.facts["ticket_code"] = code
    if not task.facts.get("ticket_code"):
        _take_own(talk)
    told = LEADING.sub("", talk.turn.text).strip()
    if told != talk.turn.text.strip() and len(told.split()) >= FEWEST_WORDS:
        task.notes["story"] = told[:LONGEST_NOTE]
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Code and digits first; then whatever is said is what to add."""
    task = talk.task
    if task.stage == "story":
        if talk.turn.pressed or not talk.turn.text.strip():
            return False
        task.notes["story"] = talk.turn.text[:LONGEST_NOTE]
        advance(talk)
        return True
    if not listen(talk).changed:
        return False
    advance(talk)
    return True


def advance(talk: Exchange) -> None:
    """Whose ticket, what to add, done."""
    task = talk.task
    code = task.facts.get("ticket_code")
    if not task.notes.get("proved"):
        own = own_ticket(talk, code) if code else None
        if own is None and (ask_missing(talk) or not _proves(talk)):
            return
        task.notes["proved"] = True
    code = task.facts["ticket_code"]
    if not task.notes.get("story"):
        task.stage = task.asking = "story"
        talk.say("addition.ask.story", code=code)
        return
    _add(talk, code, task.notes["story"])
    talk.finish()


def answers_waiting(talk: Exchange) -> bool:
    """Words with no wish of their own go to the ticket that waits for them; False when none waits."""
    text = talk.turn.text
    told = len(text.split()) >= FEWEST_WORDS or any(char.isdigit() for char in text)
    if talk.turn.pressed or not told or text.rstrip().endswith("?"):
        return False
    code = _waiting(talk)
    if code is None:
        return False
    _add(talk, code, text[:LONGEST_NOTE])
    return True


def _waiting(talk: Exchange) -> str | None:
    try:
        own = talk.care.tickets(talk.turn.conversation_id)
    except CareError:
        return None
    return next((one.code for one in own if one.status == "waiting_customer"), None)


def _take_own(talk: Exchange) -> None:
    """The ticket that waits, or the only one; several are asked about."""
    own = talk.care.tickets(talk.turn.conversation_id)
    waiting = [one.code for one in own if one.status == "waiting_customer"]
    codes = waiting or [one.code for one in own]
    if len(codes) == 1:
        talk.task.facts["ticket_code"] = codes[0]


def _proves(talk: Exchange) -> bool:
    """Code and digits of somebody else's ticket; the same words for every wrong pair."""
    facts = talk.task.facts
    try:
        talk.care.stage(facts["ticket_code"], facts["last_three"], talk.turn.conversation_id)
    except NotFound:
        facts.clear()
        talk.task.asking = "ticket_code"
        talk.say("status.no_match")
        return False
    except TooManyTries:
        talk.finish()
        talk.say("status.paused")
        return False
    return True


def _add(talk: Exchange, code: str, text: str) -> None:
    talk.care.add_note(code, text, f"{talk.key}:note")
    shown = text if len(text) <= 120 else f"{text[:117]}…"
    talk.say("addition.done", code=code, note=shown)
