"""A ticket about an opened contract: a few questions, a summary, any fact changed by button or words, then filed.

Each kind of claim is data: its service, its questions in order, and what is told of the account before they begin.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from actions import contract
from actions.care import Json
from actions.collect import plain_answer
from actions.exchange import Exchange
from actions.words import Button

Facts = dict[str, Any]
SKIPPED = ""
MOST_TRIES = 2
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Question:
    """One fact: `hear` reads it from a message (None: not there), told whether it was just asked; `needed` whether to ask.

    A skippable one takes "không nhớ" and what nobody could read twice as no answer.
    """

    name: str
    hear: Callable[[Exchange, bool], Any]
    show: Callable[[Exchange, Any], str]
    needed: Callable[[Facts], bool] = lambda facts: True
    skippable: Callable[[str], bool] = lambda text: False


@dataclass(frozen=True)
class Claim:
    """One kind of claim; `introduce` tells what the account shows, False when that ends the matter."""

    name: str
    service: str
    questions: tuple[Question, ...]
    introduce: Callable[[Exchange], bool]
    description: Callable[[Exchange], str]
    details: Callable[[Facts], Json]
    # For who cannot get the one-time code: the service whose dialogue tells nothing private.
    without_code: str = ""


def start(talk: Exchange, claim: Claim, notes: Json, *, own_code: bool = True) -> None:
    """Begin with all the message tells; a code in it is the customer's own unless `own_code` is False."""
    contract.begin(talk, claim.name, own_code=own_code)
    words = " ".join(talk.turn.text.split())[:LONGEST_WORDS]
    talk.task.notes |= notes | {"words": words, "without_code": claim.without_code}
    _hear(talk, claim)
    contract.advance(talk, lambda again: _proceed(again, claim))


def go_on(talk: Exchange, claim: Claim) -> bool:
    """Take a code, an answer, a correction, or the yes to the summary."""
    task = talk.task
    if task.stage in contract.ASKING:
        return contract.go_on(talk, lambda again: _proceed(again, claim))
    changed = _hear(talk, claim)
    if _fix(talk, claim):
        return True
    if task.stage in ("confirm", "fix") and not changed:
        return _settle(talk, claim)
    if not changed and not _skip(talk, claim):
        return False
    _proceed(talk, claim)
    return True


def advance(talk: Exchange, claim: Claim) -> None:
    """Ask the pending question again."""
    if talk.task.stage == "fix":
        _which(talk, claim)
        return
    if talk.task.stage != "confirm":
        contract.advance(talk, lambda again: _proceed(again, claim))
        return
    _summarize(talk, claim)


def answered(talk: Exchange, claim: Claim) -> bool:
    """Whether the words answer the pending question."""
    if talk.task.stage in contract.ASKING:
        return contract.answered(talk)
    asked = _asked(talk, claim)
    return asked is not None and (asked.hear(talk, True) is not None or asked.skippable(talk.turn.text))


def _proceed(talk: Exchange, claim: Claim) -> None:
    """Tell what the account shows once, then ask what is missing, then sum up."""
    task = talk.task
    if not task.notes.get("introduced"):
        if not claim.introduce(talk):
            if talk.state.task is task and task.stage not in contract.ASKING:
                talk.finish()
            return
        task.notes["introduced"] = True
    task.stage = "collect"
    missing = next((one for one in claim.questions if one.name not in task.facts and one.needed(task.facts)), None)
    if missing is None:
        _summarize(talk, claim)
        return
    if task.asking != missing.name:
        task.asking, task.tries = missing.name, 0
    again = f"{claim.name}.again.{missing.name}"
    talk.say(talk.words.first_of(*([again] if task.tries else []), f"{claim.name}.ask.{missing.name}"))


def _hear(talk: Exchange, claim: Claim) -> bool:
    """Put what the message tells into the facts; whether anything changed."""
    task = talk.task
    changed = False
    for one in claim.questions:
        value = one.hear(talk, task.asking == one.name and task.stage == "collect")
        if value is not None and value != task.facts.get(one.name):
            if task.stage in ("collect", "confirm", "fix") and one.name in task.facts and task.asking != one.name:
                talk.lead("claim.corrected", fact=one.show(talk, value))
            task.facts[one.name] = value
            changed = True
    return changed


def _asked(talk: Exchange, claim: Claim) -> Question | None:
    return next((one for one in claim.questions if one.name == talk.task.asking), None)


def _skip(talk: Exchange, claim: Claim) -> bool:
    """Take the pending question as answered by "I don't know", where that is allowed."""
    task, asked = talk.task, _asked(talk, claim)
    if asked is None or task.stage != "collect":
        return False
    skips = talk.turn.picked.get("skip") == asked.name
    if not talk.turn.pressed:
        skips = asked.skippable(talk.turn.text) or (
            task.tries >= MOST_TRIES and asked.skippable("") and talk.turn.intent == "inform"
        )
    if skips:
        task.facts[asked.name] = SKIPPED
    return skips


def _fix(talk: Exchange, claim: Claim) -> bool:
    """The button that names the fact to change."""
    name = talk.turn.picked.get("fix")
    if name not in {one.name for one in claim.questions}:
        return False
    talk.task.facts.pop(name, None)
    talk.task.stage = "collect"
    _proceed(talk, claim)
    return True


def _summarize(talk: Exchange, claim: Claim) -> None:
    task = talk.task
    task.stage, task.asking = "confirm", ""
    shown = _shown(talk, claim)
    lines = [talk.words.term(f"{claim.name}.line.{one.name}", value=value) for one, value in shown]
    talk.say(f"{claim.name}.summary", code=contract.short(task.facts["customer_code"]), lines="\n".join(lines))


def _shown(talk: Exchange, claim: Claim) -> Sequence[tuple[Question, str]]:
    facts = talk.task.facts
    told = [(one, one.show(talk, facts[one.name])) for one in claim.questions if facts.get(one.name)]
    return [(one, value) for one, value in told if value]


def _settle(talk: Exchange, claim: Claim) -> bool:
    yes = plain_answer(talk)
    if yes is None:
        return False
    if not yes:
        _which(talk, claim)
    elif talk.task.stage == "confirm":
        _file(talk, claim)
    else:  # nothing is wrong after all
        _summarize(talk, claim)
    return True


def _which(talk: Exchange, claim: Claim) -> None:
    talk.task.stage = "fix"
    names = [one.name for one in claim.questions if one.name in talk.task.facts]
    buttons = [Button(talk.words.term(f"{claim.name}.fact.{name}"), f"inform;fix={name}") for name in names]
    talk.say("collect.fix", buttons)


def _file(talk: Exchange, claim: Claim) -> None:
    """File once; the contract must still be open, or the customer proves it again first."""
    task = talk.task
    facts = task.facts
    if not contract.opened(talk):
        return
    phone = facts.get("phone")
    body: Json = {
        "service": claim.service,
        "channel": talk.turn.channel,
        "conversation_id": talk.turn.conversation_id,
        "customer_code": facts["customer_code"],
        "description": claim.description(talk),
        "details": {key: value for key, value in claim.details(facts).items() if value},
    }
    body |= {"phone": phone} if phone and phone.isdigit() else {}
    body |= {"email": facts["email"]} if facts.get("email") else {}
    ticket = talk.file_ticket(body, f"{talk.key}:{claim.service}")
    key = f"{claim.name}.filed" if ticket.due_at else f"{claim.name}.filed.no_due"
    talk.say(key, code=ticket.code, due=talk.moment(ticket.due_at) if ticket.due_at else "")
    talk.finish()
