"""Reads the value of one catalogue field in a customer's words; only what is plainly one is taken unasked."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from actions.quantities import bare_number, periods_in
from bot.vietnamese import (
    DateRange,
    MeterReading,
    Power,
    Span,
    find_dates,
    find_emails,
    find_kw,
    find_kwh,
    find_meter_readings,
    find_money,
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
FINDERS: dict[str, Callable[[str], Sequence[Span[Any]]]] = {
    "email": find_emails,
    "money": find_money,
    "kw": find_kw,
    "kwh": find_kwh,
    "meter_reading": find_meter_readings,
}
_WORDS = {
    w: n for n, w in enumerate(["khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"])
} | {"chuc": 10}
_LENGTH = re.compile(r"(?<!\w)(\d{1,3}|nua) ?(ngay|tuan|thang|nam)\b")
_DAYS_IN = {"ngay": 1, "tuan": 7, "thang": 30, "nam": 365}


def complete(kind: str, value: Any) -> bool:
    """Whether a value that is there needs nothing more: days may still lack their end."""
    return kind != "date_range" or not isinstance(value, dict) or "to" in value


def is_over(kind: str, value: Any, today: date) -> bool:
    """Whether a day or the last of some days, asked for as something to come, has passed."""
    if kind not in ("date", "date_range") or not value:
        return False
    last = value["to" if "to" in value else "from"] if isinstance(value, dict) else value
    return date.fromisoformat(last) < today


def tells_past_day(kind: str, text: str, now: datetime) -> bool:
    """Whether the days told for a field of this kind have passed."""
    return kind in ("date", "date_range") and is_over(kind, read(kind, text, now, asked=True), now.date())


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
    if kind == "billing_period":
        return next(iter(reversed(periods_in(text, now))), None)
    found = [span.value for span in FINDERS[kind](text)]
    if not found:
        return _plain(bare_number(text)) if asked and kind != "email" else None
    told = found[-1]
    if isinstance(told, Power):
        return _plain(round(told.kw, 2))
    return told.value if isinstance(told, MeterReading) else _plain(told)


def _plain(value: Any) -> Any:
    """Whole numbers without a point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _count(text: str, asked: bool) -> int | None:
    folded = fold(text)
    counted = _COUNTED.findall(folded)
    told: float | None = int(counted[-1]) if counted else None
    if told is None and asked:
        told = bare_number(text) or next((_WORDS[word] for word in folded.split() if _WORDS.get(word)), None)
    return int(told) if told and told == int(told) and 0 < told <= MOST_PEOPLE else None


def _date(text: str, now: datetime) -> str | None:
    """One day: of several ("cuối tháng", "tuần sau") the first still to come, the last where the end is named."""
    days = [span.value for span in find_dates(text, now)]
    if not days:
        return None
    first, last = days[-1].first, days[-1].last
    ends = re.search(r"\b(?:cuoi|het)\b", fold(text)) is not None
    return (last if ends or (first < now.date() <= last) else first).isoformat()


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
