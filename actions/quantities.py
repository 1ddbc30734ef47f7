"""Amounts, kWh, powers, billing periods and meter numbers as a dialogue asks for them, over bot.vietnamese's finders."""

import re
from datetime import date, datetime

from bot.vietnamese import (
    find_customer_codes,
    find_kwh,
    find_meter_readings,
    find_money,
    find_periods,
    find_phones,
    fold,
)

_NUMBER = re.compile(r"(?<![\w.,/])-?(?:[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]+(?:[.,][0-9]+)?)(?![0-9])")
_ALONE = re.compile(r"(?<![\w.,/-])(?:[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]+(?:[.,][0-9]+)?)(?!\w|[.,/][0-9])")
_LATELY = re.compile(
    r"\b(?P<count>[0-9]{1,2}|may|vai|ba|hai|sau)\s(?:thang|ky|ki)\s(?:gan|qua|vua|roi|truoc|cuoi|lien)"
)
_COUNTS = {"may": 3, "vai": 3, "hai": 2, "ba": 3, "sau": 6}
_WHOLE = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:\.[0-9]{3})(?![0-9])|(?<!\w)[0-9]{1,7}(?![\w])")
MOST_MONTHS = 13


def kwh_in(text: str, *, asked: bool = False) -> float | None:
    """kWh named as such; when just asked for, a bare number too. May be negative or nothing, as typed."""
    if found := find_kwh(text):
        return float(found[-1].value)
    bare = _NUMBER.search(_without_codes(text)) if asked or "kwh" in fold(text) else None
    return number(bare[0]) if bare else None


def money_in(text: str, *, asked: bool = False) -> int | None:
    """The last amount in đồng; when just asked for, a bare number of at least four digits too."""
    if found := find_money(text):
        return found[-1].value
    bare = _NUMBER.search(_without_codes(text)) if asked else None
    return round(number(bare[0])) if bare and number(bare[0]) >= 1_000 else None


def readings_in(text: str) -> list[int]:
    """What a meter shows: as the words say, else bare whole numbers, in the order written."""
    if found := find_meter_readings(text):
        return [span.value.value for span in found]
    return [int(match[0].replace(".", "")) for match in _WHOLE.finditer(_without_codes(text))]


def bare_number(text: str) -> float | None:
    """The only number of a text, no part of a word, code or phone number; None when there are several or none."""
    found = _ALONE.findall(_without_codes(text))
    return number(found[0]) if len(found) == 1 else None


def number(text: str) -> float:
    """`1.200` and `1,200` are thousands, `12,5` and `12.5` a part."""
    if re.fullmatch(r"-?[0-9]{1,3}(?:[.,][0-9]{3})+", text):
        return float(re.sub(r"[.,]", "", text))
    return float(text.replace(",", "."))


def periods_in(text: str, now: datetime) -> tuple[str, ...]:
    """The billing periods asked about (`2026-10`), oldest first; empty when none is named."""
    folded = fold(text)
    if (count := lately_in(text)) is not None:
        return tuple(month_before(now.date(), back) for back in range(count, 0, -1))
    named = {month for span in find_periods(text, now) for month in _span(span.value.first, span.value.last)}
    ordered = sorted(named)
    if len(ordered) == 2 and re.search(r"\b(?:den|toi)\b", folded):
        return tuple(_span(*ordered))
    return tuple(ordered[-MOST_MONTHS:])


def lately_in(text: str) -> int | None:
    """How many of the newest periods are meant ("3 tháng gần đây"); None when the text says no such thing."""
    lately = _LATELY.search(fold(text))
    if lately is None:
        return None
    return min(_COUNTS.get(lately["count"]) or int(lately["count"]), MOST_MONTHS)


def month_before(day: date, back: int) -> str:
    """The period `back` months before the one of `day`."""
    months = day.year * 12 + day.month - 1 - back
    return f"{months // 12}-{months % 12 + 1:02d}"


def shift(period: str, back: int) -> str:
    """The period `back` months before another."""
    return month_before(date.fromisoformat(f"{period}-01"), back)


def _span(first: str, last: str) -> list[str]:
    months = [last]
    while months[0] > first and len(months) < MOST_MONTHS:
        months.insert(0, shift(months[0], 1))
    return months


def _without_codes(text: str) -> str:
    """The text without customer codes and phone numbers, whose digits are no amounts."""
    for span in sorted((*find_customer_codes(text), *find_phones(text)), key=lambda one: -one.start):
        text = text[: span.start] + " " + text[span.end :]
    return fold(text)
