"""Questions that several claims ask: the phone to call, an amount, how and when it was paid, an e-mail, a choice."""

import re
from datetime import date
from typing import Any

from actions.claim import Question
from actions.collect import plain_answer
from actions.exchange import OF_CONTRACT, Exchange
from actions.figures import amount, day
from actions.phrases import choose, yes_or_no
from actions.quantities import money_in, readings_in
from bot.vietnamese import find_customer_codes, find_dates, find_emails, find_payment_channels, find_phones

LONGEST_WORDS = 60
LETTER = re.compile(r"[^\W\d_]{2,}")


def forgotten(text: str) -> bool:
    """Whether the words say that the customer does not know; nothing said may be passed over too."""
    return not text or choose("forgotten", text) is not None


def choice(name: str, *values: str) -> Question:
    """One of some values, by button or words; the words are `data/lookup/answers.yml`'s of that name."""

    def hear(talk: Exchange, asked: bool) -> str | None:
        if name in talk.task.facts and not asked and talk.task.stage == "collect":
            return None  # said once, it is changed at the summary; later words are about other things
        value = talk.turn.picked.get(name) or (choose(name, talk.turn.text) if talk.turn.text else None)
        return value if value in values else None

    return Question(name, hear, lambda talk, value: talk.words.term(f"{name}.{value}") if value else "")


def yes_no(name: str) -> Question:
    """Yes, no, or not known."""

    def hear(talk: Exchange, asked: bool) -> str | None:
        if (picked := talk.turn.picked.get(name)) in ("yes", "no", "unknown"):
            return picked
        if not asked:
            return None
        found = choose(name, talk.turn.text) if talk.turn.text else None
        if found is not None:
            return found
        plain = plain_answer(talk)
        return None if plain is None else ("yes" if plain else "no")

    return Question(name, hear, lambda talk, value: talk.words.term(f"{name}.{value}"), skippable=forgotten)


def _hear_amount(talk: Exchange, asked: bool) -> int | None:
    return money_in(talk.turn.text, asked=asked)


def _show_amount(talk: Exchange, value: Any) -> str:
    return talk.words.term("claim.amount", amount=amount(value)) if value else ""


def _hear_channel(talk: Exchange, asked: bool) -> str | None:
    if (picked := talk.turn.picked.get("payment_channel")) is not None:
        return talk.words.term(f"channel.{picked}")
    if found := find_payment_channels(talk.turn.text):
        return found[-1].text
    typed = " ".join(talk.turn.text.split())
    answer = asked and yes_or_no(typed) is None and not forgotten(typed)
    worth = answer and LETTER.search(typed) and not typed.endswith("?")
    return typed[:LONGEST_WORDS] if worth and talk.keep_unread else None


def _hear_day(talk: Exchange, asked: bool) -> str | None:
    today = talk.turn.now.date()
    past = [one.value.first for one in find_dates(talk.turn.text, talk.turn.now) if one.value.first <= today]
    return past[-1].isoformat() if past else None


def _hear_phone(talk: Exchange, asked: bool) -> str | None:
    if talk.turn.picked.get("phone") == OF_CONTRACT:
        return OF_CONTRACT
    if found := find_phones(talk.turn.text):
        return found[-1].value
    said_so = asked and (choose("of_contract", talk.turn.text) or choose("refuse", talk.turn.text))
    return OF_CONTRACT if said_so else None


def _show_phone(talk: Exchange, value: str) -> str:
    return talk.words.term("phone.contract") if value == OF_CONTRACT else f"{value[:4]} {value[4:7]} {value[7:]}"


def _hear_reading(talk: Exchange, asked: bool) -> str | None:
    found = readings_in(talk.turn.text) if asked else []
    return str(found[-1]) if found else None


def _show_reading(talk: Exchange, value: str) -> str:
    """The reading; one below the bill's last is said to be."""
    if not value:
        return ""
    last = talk.task.notes.get("last")
    key = "claim.reading_lower" if last is not None and int(value) < last else "claim.reading"
    return talk.words.term(key, reading=amount(int(value)), last=amount(last or 0))


def _hear_email(talk: Exchange, asked: bool) -> str | None:
    found = find_emails(talk.turn.text)
    return str(found[-1].value) if found else None


def _hear_other_code(talk: Exchange, asked: bool) -> str | None:
    found = find_customer_codes(talk.turn.text)
    return found[-1].value if found and talk.task.facts.get("problem") == "wrong_code" else None


AMOUNT = Question("amount", _hear_amount, _show_amount, skippable=forgotten)
CHANNEL = Question("payment_channel", _hear_channel, lambda talk, value: str(value), skippable=forgotten)
PAID_ON = Question(
    "paid_on", _hear_day, lambda talk, value: day(date.fromisoformat(value)) if value else "", skippable=forgotten
)
PHONE = Question("phone", _hear_phone, _show_phone)
READING = Question("reading", _hear_reading, _show_reading, skippable=forgotten)
EMAIL = Question("email", _hear_email, lambda talk, value: str(value))
WRONG_CODE = Question(
    "wrong_code",
    _hear_other_code,
    lambda talk, value: str(value),
    needed=lambda facts: facts.get("problem") == "wrong_code",
    skippable=forgotten,
)
