"""Reads the value of one catalogue field in a customer's words; only what is plainly one is taken unasked."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bot.vietnamese import (
    DateRange,
    find_dates,
    find_emails,
    find_kw,
    find_kwh,
    find_meter_readings,
    find_money,
    find_periods,
    find_times,
    fold,
)

READ_HERE = frozenset(
    {
        "address",
        "billing_period",
        "customer_code",
        "date",
        "date_range",
        "email",
        "kw",
        "kwh",
        "meter_reading",
        "money",
        "number",
        "option",
        "text",
        "time",
    }
)
# Asked twice and still unread, these are kept in the customer's words: a person can use them.
KEPT_AS_WORDS = frozenset(
    {"billing_period", "date", "date_range", "kw", "kwh", "meter_reading", "money", "number", "time"}
)
MOST_PEOPLE = 100_000
_COUNTED = re.compile(
    r"(?<![\w.,])(\d{1,5}) ?(?:ho|nguoi|sinh vien|nguoi thue|cong nhan|nhan khau|can|phong|gia dinh)\b"
)
_BARE = re.compile(r"(?<![\w.,])(\d{1,7}(?:[.,]\d{1,3})*)(?![\w]|[.,]\d)")
_WORDS = {
    w: n for n, w in enumerate(["khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"])
} | {"chuc": 10}
_LENGTH = re.compile(r"(?<!\w)(\d{1,3}|nua) ?(ngay|tuan|thang|nam)\b")
_DAYS_IN = {"ngay": 1, "tuan": 7, "thang": 30, "nam": 365}


def complete(kind: str, value: Any) -> bool:
    """Whether a value that is there needs nothing more: days may still lack their end."""
    return kind != "date_range" or not isinstance(value, dict) or "to" in value


def read(kind: str, text: str, now: datetime, *, asked: bool, before: Any = None) -> Any:
    """The value told in `text`, None when there is none; a correction comes last, so the last one counts.

    `before` is what was known: the end of days whose beginning was told.
    """
    if kind == "date":
        return _date(text, now)
    if kind == "date_range":
        return _days(text, now, before if isinstance(before, dict) else None)
    if kind == "time":
        return next((f"{span.value.start:%H:%M}" for span in find_times(text, now)), None)
    if kind == "number":
        return _count(text, asked)
    found = _FINDERS[kind](text, now)
    if found:
        return _plain(found[-1])
    return _bare(text) if asked and kind in ("kw", "kwh", "money", "meter_reading") else None


_FINDERS: dict[str, Callable[[str, datetime], list[Any]]] = {
    "email": lambda text, _: [span.value for span in find_emails(text)],
    "money": lambda text, _: [span.value for span in find_money(text)],
    "kw": lambda text, _: [round(span.value.kw, 2) for span in find_kw(text)],
    "kwh": lambda text, _: [span.value for span in find_kwh(text)],
    "meter_reading": lambda text, _: [span.value.value for span in find_meter_readings(text)],
    "billing_period": lambda text, now: [str(span.value) for span in find_periods(text, now)],
}


def _plain(value: Any) -> Any:
    """Whole numbers without a point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _bare(text: str) -> Any:
    """A number without its unit, right after being asked for it."""
    numbers = _BARE.findall(fold(text))
    if len(numbers) != 1:
        return None
    typed = numbers[0]
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", typed)
    value = float(re.sub(r"[.,]", "", typed)) if grouped else float(typed.replace(",", "."))
    return _plain(value)


def _count(text: str, asked: bool) -> int | None:
    folded = fold(text)
    counted = _COUNTED.findall(folded)
    if not counted and asked:
        counted = [typed for typed in _BARE.findall(folded) if typed.isdigit()]
        if not counted:
            return next((_WORDS[word] for word in folded.split() if _WORDS.get(word)), None)
    return int(counted[-1]) if counted and 0 < int(counted[-1]) <= MOST_PEOPLE else None


def _date(text: str, now: datetime) -> str | None:
    days = [span.value for span in find_dates(text, now)]
    return days[-1].first.isoformat() if days else None


def _days(text: str, now: datetime, before: dict[str, str] | None) -> dict[str, str] | None:
    """The first and last day; one of them alone when only one was told."""
    spans: list[DateRange] = [span.value for span in find_dates(text, now)]
    begun = before is not None and "to" not in before
    length = _length(text)
    if not spans:
        if begun and before and length:
            return {**before, "to": (date.fromisoformat(before["from"]) + length).isoformat()}
        return None
    first, last = spans[0].first, spans[-1].last
    if begun and before and len(spans) == 1 and last.isoformat() > before["from"]:
        return {**before, "to": last.isoformat()}
    if first == last:
        until = {"to": (first + length).isoformat()} if length else {}
        return {"from": first.isoformat(), **until}
    return {"from": first.isoformat(), "to": last.isoformat()}


def _length(text: str) -> timedelta | None:
    found = _LENGTH.search(fold(text))
    if not found:
        return None
    one = _DAYS_IN[found[2]]
    days = one // 2 if found[1] == "nua" else int(found[1]) * one
    return timedelta(days=days - 1) if days > 0 else None
