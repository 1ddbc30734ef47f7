"""The one-time code inside any task: sent to the contract's phone, read from the answer, tried, sent again.

Only care knows whether this conversation may see a contract, and it is asked each time; nothing here remembers a yes.
The contract being proved stands in `task.notes["otp"]`; one that the customer names instead replaces
`task.facts["customer_code"]`.
"""

import re
from collections.abc import Callable
from datetime import datetime

from actions.care import CodeSent
from actions.errors import CareRefused, SmsDown, TooManyTries
from actions.exchange import Exchange
from actions.facts import customer_code, whole
from actions.phrases import choose, says
from actions.turn import LAST_TRY, Turn
from actions.words import Button

STAGE = "otp"
CHANGE_INFO = "CHANGE_INFO"
# Six digits, however they are spaced, but not the beginning of a phone number or a longer code.
SIX_DIGITS = re.compile(r"(?<![\d.,])(?<!\d[ .-])\d(?:[ .-]?\d){5}(?![ .-]?\d)", re.ASCII)
SOME_DIGITS = re.compile(r"\D{0,12}\d(?:[ .-]?\d){2,8}\D{0,12}", re.ASCII)
MOST_ENDINGS = 3
# Said when no code can be had now.
NO_CODE = frozenset({"identity.enough_today", "identity.sms_down", "identity.no_phone", "identity.which_phone"})
# A code that cannot be one is treated like one that nobody has.
NOBODYS, MISSHAPEN = 404, 422


def opened(talk: Exchange, code: str) -> bool:
    """Whether this conversation may see the contract `code` now; if not, the customer has been asked for the code sent.

    The task is in stage "otp" then. Raises CareDown, and CareRefused for what care will never accept.
    """
    if _verified(talk, code):
        return True
    talk.task.notes["otp"] = {"code": code}
    talk.task.stage, talk.task.asking = STAGE, STAGE
    if (sent := _under_way(talk, code)) is not None:
        _ask(talk, "identity.ask_sent", sent.ending, sent.endings)
    else:
        _send(talk)
    return False


def go_on(talk: Exchange, then: Callable[[Exchange], None]) -> bool:
    """Take a message in stage "otp": once it proves the contract, `then` goes on with the task.

    False when the message was about something else.
    """
    wish = heard(talk.turn)
    if wish is None:
        return False
    what, value = wish
    if what == "customer_code" and not whole(value):
        talk.say("contract.incomplete")
    elif what == "customer_code":
        _other_contract(talk, value, then)
    elif what == "digits":
        _try(talk, value, then)
    elif what == "unread":
        _ask(talk, "identity.not_six", *_endings(talk))
    elif what == "changed":
        _other_phone(talk)
    else:
        _send(talk, value or None, "identity.sent_again")
    return True


def advance(talk: Exchange) -> None:
    """Ask again what was asked last; a code that could not be sent before is sent now."""
    said = talk.task.notes["otp"].get("said")
    if said is None:
        _send(talk)
    else:
        _ask(talk, said, *_endings(talk))


def answered(turn: Turn, leaving: bool) -> bool:
    """Whether a message is for the question for the code; a wish to leave or for a person beats all but digits."""
    said = heard(turn)
    return said is not None and (not leaving or said[0] in ("digits", "customer_code"))


def heard(turn: Turn) -> tuple[str, str] | None:
    """What a message says to the question for the code: (`digits`, `unread`, `customer_code`, `resend`, `changed`)."""
    if turn.pressed:
        ending = turn.picked.get("ending", "")
        if re.fullmatch(r"[0-9]{3}", ending):
            return "resend", ending
        return {"resend": ("resend", ""), "changed": ("changed", "")}.get(turn.picked.get("otp", ""))
    if (code := customer_code(turn.text)) is not None:
        return "customer_code", code
    if typed := SIX_DIGITS.findall(turn.text):
        return "digits", re.sub(r"\D", "", typed[-1])
    if SOME_DIGITS.fullmatch(turn.text):
        return "unread", ""
    said = "changed" if says("otp", "changed", turn.text) else choose("otp", turn.text)
    return (said, "") if said else None


def _verified(talk: Exchange, code: str) -> bool:
    try:
        return talk.care.verified(talk.turn.conversation_id, code)
    except CareRefused as refusal:
        if refusal.status != MISSHAPEN:
            raise
        return False


def _send(talk: Exchange, ending: str | None = None, key: str = "identity.ask") -> None:
    code = talk.task.notes["otp"]["code"]
    try:
        sent = talk.care.send_code(talk.turn.conversation_id, code, ending)
    except TooManyTries:
        _ask(talk, "identity.enough_today")
    except SmsDown:
        if talk.turn.tries < LAST_TRY:
            raise
        _ask(talk, "identity.sms_down")
        if not talk.task.notes.get("handed"):
            talk.task.notes["handed"] = True
            talk.hand_over("failed_action")
    except CareRefused as refusal:
        if refusal.status not in (NOBODYS, MISSHAPEN):
            raise
        _ask(talk, "identity.no_phone")
    else:
        stored = {"code": code, "ending": sent.ending, "endings": list(sent.endings)}
        talk.state.known["otp"] = {"value": stored, "at": sent.expires_at.isoformat()}
        _ask(talk, key, sent.ending, sent.endings)


def _under_way(talk: Exchange, code: str) -> CodeSent | None:
    """The code that another task of this conversation had sent, while it can still be typed."""
    kept = talk.state.known.get("otp")
    if not kept or kept["value"]["code"] != code or datetime.fromisoformat(kept["at"]) <= talk.turn.now:
        return None
    expires = datetime.fromisoformat(kept["at"])
    return CodeSent(kept["value"]["ending"], tuple(kept["value"]["endings"]), expires)


def _try(talk: Exchange, digits: str, then: Callable[[Exchange], None]) -> None:
    code = talk.task.notes["otp"]["code"]
    result = talk.care.verify_code(talk.turn.conversation_id, code, digits)
    # A turn replayed after a crash tries a code that has done its work already.
    if result.result == "verified" or (result.result == "expired" and _verified(talk, code)):
        _forget(talk)
        _proved(talk, then)
    elif result.result == "wrong":
        _ask(talk, "identity.wrong", *_endings(talk), left=str(result.tries_left))
    elif result.result == "expired":
        _forget(talk)
        _ask(talk, "identity.expired")
    else:
        _forget(talk)
        talk.finish()
        talk.hand_over("locked")
        talk.say("identity.locked")


def _proved(talk: Exchange, then: Callable[[Exchange], None]) -> None:
    task = talk.task
    task.notes.pop("otp", None)
    task.stage, task.asking, task.tries = "collect", "", 0
    then(talk)


def _other_contract(talk: Exchange, code: str, then: Callable[[Exchange], None]) -> None:
    talk.task.facts["customer_code"] = code
    if opened(talk, code):
        _proved(talk, then)


def _other_phone(talk: Exchange) -> None:
    """The phone is no longer the customer's: another one of the contract, or what to do about it."""
    ending, endings = _endings(talk)
    others = tuple(one for one in endings if one != ending)
    # Who is changing that very number cannot be sent to change it first.
    changing = talk.action == "request_info_update" or talk.task.notes.get("service", {}).get("id") == CHANGE_INFO
    gone = "identity.no_phone.changing" if changing else "identity.no_phone"
    _ask(talk, "identity.which_phone" if others else gone, ending, endings)


def _endings(talk: Exchange) -> tuple[str, tuple[str, ...]]:
    kept = (talk.state.known.get("otp") or {}).get("value") or {}
    if kept.get("code") != talk.task.notes["otp"]["code"]:
        return "", ()
    return kept["ending"], tuple(kept["endings"])


def _ask(talk: Exchange, key: str, ending: str = "", endings: tuple[str, ...] = (), **facts: str) -> None:
    """Say one of the sentences of this stage, remembered to be said again."""
    talk.task.notes["otp"]["said"] = "identity.ask_sent" if ending and key != "identity.which_phone" else key
    buttons = []
    if key == "identity.which_phone":
        others = [one for one in dict.fromkeys(endings) if one != ending][:MOST_ENDINGS]
        buttons = [Button(talk.words.term("button.phone", ending=one), f"inform;ending={one}") for one in others]
    if key in NO_CODE and (service := talk.task.notes.get("without_code")):
        buttons.append(Button(talk.words.term("button.without_code"), f"ask_service_info;register={service}"))
    talk.say(key, buttons, ending=ending, **facts)


def _forget(talk: Exchange) -> None:
    talk.state.known.pop("otp", None)
