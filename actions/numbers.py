"""Is this number ours: a caller's number held against the official ones and those known to pose as ours."""

import re

from actions.errors import CareError
from actions.exchange import Exchange
from actions.phrases import choose
from bot.vietnamese import find_phones

NUMBER = re.compile(r"(?<!\w)(1558|1[89]00(?:[ .-]?\d){4,6})(?!\w)")


def check(talk: Exchange) -> bool:
    """Say whether the number of the message is official; False when none is named, nobody asks, or care is down."""
    number = _named(talk.turn.text)
    if number is None or not choose("is_it_yours", talk.turn.text):
        return False
    try:
        book = talk.care.directory()
    except CareError:
        return False
    if number in map(_digits, book.numbers):
        talk.say("number.official", number=number)
    elif number in map(_digits, book.scam_numbers):
        talk.say("number.scam", number=number)
    else:
        talk.say("number.unknown", number=number)
    return True


def _named(text: str) -> str | None:
    special = NUMBER.search(text)
    if special:
        return _digits(special[1])
    phones = find_phones(text)
    return phones[0].value if phones else None


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
