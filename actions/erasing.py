"""Erasing what is kept of a customer: one explicit yes, and the one-time code where a contract's data is meant.

It happens at once: care blanks what is over, the engine and the conversation forget what was said. What the law or an
open ticket keeps is told.
"""

from actions import contract
from actions.collect import plain_answer
from actions.exchange import Exchange
from actions.facts import customer_code, whole
from actions.phrases import choose
from actions.tasks import State, Task

NAME, SERVICE = "erasing", "PRIVACY_REQUEST"
STAGE = "sure"


def takes_over(talk: Exchange) -> bool:
    """Whether the privacy request under way is to erase: then it is done here instead of filed.

    To withdraw one's consent for a contract is for a person to weigh: it stays a ticket.
    """
    task = talk.task
    wish, code = task.facts.get("wish"), task.facts.get("customer_code")
    if task.notes.get("service", {}).get("id") != SERVICE or not (
        wish == "delete" or (wish == "withdraw" and not code)
    ):
        return False
    talk.state.task = Task(NAME, facts={"customer_code": code} if code else {})
    advance(talk)
    return True


def start(talk: Exchange) -> None:
    """By button: erase this conversation's data."""
    talk.begin(NAME, carry=())
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Take a code, or the yes; False when the message was about something else."""
    task = talk.task
    if task.stage in contract.ASKING:
        return contract.go_on(talk, _ask)
    code = customer_code(talk.turn.text)
    if code is not None and whole(code) and code != task.facts.get("customer_code"):
        task.facts["customer_code"] = code
        advance(talk)
        return True
    said = _sure(talk)
    if said is None:
        return False
    if said:
        _erase(talk)
    else:
        talk.finish()
        talk.say("erasing.kept_all")
    return True


def advance(talk: Exchange) -> None:
    """The one-time code where a contract is named, then the question."""
    if talk.task.facts.get("customer_code"):
        contract.advance(talk, _ask)
    else:
        _ask(talk)


def answered(talk: Exchange) -> bool:
    """Whether the words answer the question, however they sound."""
    if talk.task.stage in contract.ASKING:
        return contract.answered(talk)
    return _sure(talk) is not None or customer_code(talk.turn.text) is not None


def _ask(talk: Exchange) -> None:
    task = talk.task
    task.stage = task.asking = STAGE
    code = task.facts.get("customer_code")
    if code:
        talk.say("erasing.ask.contract", code=contract.short(code))
    else:
        talk.say("erasing.ask")


def _sure(talk: Exchange) -> bool | None:
    said = choose("erase_it", talk.turn.text)
    return {"yes": True, "no": False}.get(said or "", plain_answer(talk))


def _erase(talk: Exchange) -> None:
    code = talk.task.facts.get("customer_code")
    if code and not contract.opened(talk):  # the fifteen minutes ended just now
        return
    kept = talk.care.erase(talk.turn.conversation_id, code)
    talk.erase = True
    talk.state = State(greeted=True)
    lines = "".join(f"\n• {one}" for one in kept)
    talk.say("erasing.done.kept" if kept else "erasing.done", kept=lines)
