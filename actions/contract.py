"""Which contract a private question is about: its code asked for or taken again, and opened by the one-time code.

A task that needs this keeps the code in `task.facts["customer_code"]` and goes through the stages "code" (asked),
"same_code" (the known one offered) and "otp".
"""

import re
from collections.abc import Callable

from actions import identity
from actions.accounts import Account
from actions.collect import plain_answer
from actions.errors import NotFound, NotVerified
from actions.exchange import Exchange
from actions.facts import customer_code, whole
from actions.phrases import choose
from actions.place import Where
from actions.words import Button

ASKING = ("code", "same_code", identity.STAGE)
CODE_LIKE = re.compile(r"(?<!\w)p[a-z][0-9a-z .-]{3,}", re.IGNORECASE)
Then = Callable[[Exchange], None]


def begin(talk: Exchange, name: str, *, own_code: bool = True) -> None:
    """Start a task about a contract with the code the message names, else with the one under way or opened here.

    `own_code` False: a code in the message is another contract's.
    """
    before = talk.state.task.facts.get("customer_code") if talk.state.task is not None else None
    task = talk.begin(name)
    named = customer_code(talk.turn.text) if own_code else None
    code = (named if named and whole(named) else None) or before or _known(talk, opened=True)
    if code is not None:
        task.facts["customer_code"] = code


def opened(talk: Exchange) -> bool:
    """Whether the task's contract is known and open; if not, what is missing has been asked."""
    task = talk.task
    code = task.facts.get("customer_code")
    if code is None:
        _ask_code(talk)
        return False
    if not identity.opened(talk, code):
        return False
    if task.stage in ASKING:
        task.stage, task.asking = "collect", ""
    talk.state.known["contract"] = {"value": code, "at": talk.turn.now.isoformat()}
    return True


def go_on(talk: Exchange, then: Then) -> bool:
    """Take a message in one of the stages of this module; `then` goes on once the contract is open."""
    task = talk.task
    if task.stage == identity.STAGE:
        return identity.go_on(talk, lambda again: _go_ahead(again, then))
    code = customer_code(talk.turn.text)
    if code is not None and not whole(code):
        talk.say("contract.incomplete")
        return True
    if task.stage == "same_code" and code is None:
        code = _same(talk)
        if code is None and task.stage == "same_code":
            return False
    if code is not None:
        task.facts["customer_code"] = code
        _go_ahead(talk, then)
        return True
    return _not_a_code(talk)


def advance(talk: Exchange, then: Then) -> None:
    """Say the pending question again, or go on."""
    if talk.task.stage == identity.STAGE:
        identity.advance(talk)
    elif talk.task.stage in ASKING:
        _ask_code(talk)
    else:
        _go_ahead(talk, then)


def answered(talk: Exchange) -> bool:
    """Whether the words answer this module's question, however they sound."""
    return customer_code(talk.turn.text) is not None or choose("code", talk.turn.text) is not None


def account(talk: Exchange) -> Account | None:
    """The account of the task's contract; None when there is none, or when it must be opened again: both are said.

    Raises CareDown, BillingDown when only the billing system is away.
    """
    code = talk.task.facts["customer_code"]
    try:
        return talk.care.account(talk.turn.conversation_id, code)
    except NotVerified:  # the fifteen minutes ended just now
        identity.opened(talk, code)
    except NotFound:
        talk.say("contract.no_account", code=short(code))
        talk.finish()
    return None


def named(talk: Exchange) -> bool:
    """Whether the message names a contract."""
    return customer_code(talk.turn.text) is not None


def is_open(talk: Exchange) -> bool:
    """Whether a contract is open to this conversation, so that a general question can be answered for it."""
    return _known(talk, opened=True) is not None


def short(code: str) -> str:
    """A code as it is told back."""
    return f"…{code[-3:]}"


def _go_ahead(talk: Exchange, then: Then) -> None:
    if opened(talk):
        then(talk)


def _known(talk: Exchange, *, opened: bool = False) -> str | None:
    """The code this conversation used lately for a contract or place; with `opened` only one that is open now."""
    codes = [talk.known("contract"), Where.of(talk.known("place")).code]
    for code in filter(None, codes):
        if not opened or talk.care.verified(talk.turn.conversation_id, code):
            return str(code)
    return None


def _ask_code(talk: Exchange) -> None:
    task = talk.task
    again = task.stage in ("code", "same_code")
    if (known := _known(talk)) is not None and task.stage != "code":
        task.stage, task.asking = "same_code", "customer_code"
        same = Button(talk.words.term("button.same_code", code=short(known)), "inform;same_code=yes")
        other = Button(talk.words.term("button.other_code"), "inform;same_code=no")
        talk.say("contract.same_code", [same, other], code=short(known))
        return
    task.stage, task.asking = "code", "customer_code"
    talk.say("contract.again" if again else "contract.ask")


def _same(talk: Exchange) -> str | None:
    """The offered code when it was taken; a refusal moves on to asking."""
    picked = talk.turn.picked.get("same_code")
    yes = {"yes": True, "no": False}.get(picked or "", plain_answer(talk))
    if yes:
        return _known(talk)
    if yes is False:
        talk.task.stage = "code"
    return None


def _not_a_code(talk: Exchange) -> bool:
    if talk.turn.picked.get("same_code") or (plain_answer(talk) is False and choose("code", talk.turn.text) is None):
        talk.task.stage = "code"
        talk.say("contract.ask")
        return True
    if choose("code", talk.turn.text) is not None:
        talk.say("contract.where")
        return True
    if CODE_LIKE.search(talk.turn.text):
        talk.say("contract.incomplete")
        return True
    return False
