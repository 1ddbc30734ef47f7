"""The last thirteen months as a station's meters are read and billed. Pure; `today` is an argument."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

MONTHS = 13
ISSUED_AFTER = timedelta(days=2)
TO_PAY = timedelta(days=10)


@dataclass(frozen=True)
class Month:
    """A billing period: it ends on the day of the reading and is named after that day's month.

    `pay_days` are the days on which it may have been paid, up to yesterday.
    """

    period: str
    first: date
    last: date
    issued: date
    due: date
    pay_days: Sequence[str]
    over: bool

    @cached_property
    def short(self) -> str:
        """ "2026-10" → "2610"."""
        return self.period[2:4] + self.period[5:]

    @cached_property
    def read(self) -> str:
        """First day, last day, day of the reading and period, as COPY takes them."""
        return f"{self.first}\t{self.last}\t{self.last}\t{self.period}"

    @cached_property
    def billed(self) -> str:
        """Period, day of the invoice and last day to pay, as COPY takes them."""
        return f"{self.period}\t{self.issued}\t{self.due}"


def months(reading_day: int, today: date) -> list[Month]:
    """The thirteen newest periods that are billed, oldest first; a day that a month has not is its last one."""
    newest = today.year * 12 + today.month - 1
    if _reading(newest, reading_day) + ISSUED_AFTER > today:
        newest -= 1
    if _reading(newest, reading_day) + ISSUED_AFTER > today:
        newest -= 1
    return [_month(number, reading_day, today) for number in range(newest - MONTHS + 1, newest + 1)]


def _reading(number: int, reading_day: int) -> date:
    """The day of the reading in the month of that number since the year 0."""
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(reading_day, monthrange(year, month)[1]))


def _month(number: int, reading_day: int, today: date) -> Month:
    first, last = _reading(number - 1, reading_day) + timedelta(days=1), _reading(number, reading_day)
    issued = last + ISSUED_AFTER
    due = issued + TO_PAY
    days = (min(due, today - timedelta(days=1)) - issued).days + 1
    return Month(
        period=f"{last:%Y-%m}",
        first=first,
        last=last,
        issued=issued,
        due=due,
        pay_days=[str(issued + timedelta(days=day)) for day in range(days)],
        over=due < today,
    )
