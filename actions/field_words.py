"""Writes the value of one catalogue field as a customer reads it: 1.164.197 đ, 5,5 kW, 25/11/2026."""

import re
from datetime import date, time
from typing import TYPE_CHECKING, Any

from actions.figures import amount, day, period_name
from actions.words import Words
from bot.vietnamese import written_hour

if TYPE_CHECKING:
    from actions.tasks import Field

ONE_MONTH = re.compile(r"\d{4}-\d{2}")
CLOCK = re.compile(r"\d{2}:\d{2}")


def shown(words: Words, one: "Field", value: Any) -> str:
    """The value in words; one that was kept as the customer typed it stays so."""
    if value is None or value == "":
        return ""
    if one.kind == "option":
        return one.labels.get(value, str(value))
    if isinstance(value, int | float):
        return words.term(f"value.{one.kind}", n=amount(value)) if f"value.{one.kind}" in words.terms else amount(value)
    if isinstance(value, dict):
        return _days(words, value)
    if one.kind == "date":
        return iso_day(value)
    if one.kind == "time" and CLOCK.fullmatch(value):
        return written_hour(time.fromisoformat(value))
    if one.kind == "billing_period" and ONE_MONTH.fullmatch(value):
        return words.term("value.period", period=period_name(value))
    return str(value)


def iso_day(value: str) -> str:
    """An ISO day as `25/11/2026`; anything else as it is."""
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def _days(words: Words, value: dict[str, str]) -> str:
    if "to" in value:
        return words.term("value.days", first=iso_day(value["from"]), last=iso_day(value["to"]))
    return words.term("value.from", first=iso_day(value["from"]))
