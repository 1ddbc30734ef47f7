"""Writes the value of one catalogue field as a customer reads it: 1.164.197 đ, 5,5 kW, 25/11/2026."""

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from actions.words import Words

if TYPE_CHECKING:
    from actions.tasks import Field

ONE_MONTH = re.compile(r"\d{4}-\d{2}")


def shown(words: Words, one: "Field", value: Any) -> str:
    """The value in words; one that was kept as the customer typed it stays so."""
    if value is None or value == "":
        return ""
    if one.kind == "option":
        return one.labels.get(value, str(value))
    if isinstance(value, int | float):
        return words.term(f"value.{one.kind}", n=number(value)) if f"value.{one.kind}" in words.terms else number(value)
    if isinstance(value, dict):
        return _days(words, value)
    if one.kind == "date":
        return day(value)
    if one.kind == "billing_period" and ONE_MONTH.fullmatch(value):
        return words.term("value.period", year=value[:4], month=value[5:].lstrip("0"))
    return str(value)


def number(value: float) -> str:
    """Points between thousands, a comma before the fraction."""
    whole, _, fraction = f"{value:,}".partition(".")
    return whole.replace(",", ".") + (f",{fraction}" if fraction and fraction != "0" else "")


def day(value: str) -> str:
    """An ISO day as `25/11/2026`; anything else as it is."""
    try:
        read = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{read.day}/{read.month}/{read.year}"


def _days(words: Words, value: dict[str, str]) -> str:
    if "to" in value:
        return words.term("value.days", first=day(value["from"]), last=day(value["to"]))
    return words.term("value.from", first=day(value["from"]))
