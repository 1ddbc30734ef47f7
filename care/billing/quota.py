"""How many households' limits a meter has: tenants by persons and days, part of a month by days. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction


def household_share(persons: Sequence[tuple[int, int]], persons_per_household: int) -> Fraction:
    """Households of (persons, days) of one month: 2 persons 30 days and 1 person 15 days are 75/120 of one.

    The longest stay is the month. Source: TT 60/2025/TT-BCT, four persons are a household, by quarters.
    """
    month = max((days for _, days in persons), default=0)
    if month == 0:
        return Fraction(0)
    return Fraction(sum(count * days for count, days in persons), persons_per_household * month)


def month_share(first: date, last: date) -> Fraction:
    """The part of the monthly limits that a period has: its days by the days of the month before the reading.

    The reading is on the day after `last`, so a whole calendar month is 1. Source: M = Mq / T × N × h.
    """
    reading = last + timedelta(days=1)
    before = reading.replace(day=1) - timedelta(days=1)
    return Fraction((last - first).days + 1, monthrange(before.year, before.month)[1])


def metered(old: int, new: int, digits: int) -> int:
    """kWh between two readings of a meter that may have passed its last number: 99850 to 00120 is 270.

    Raises ValueError when a reading has more digits than the meter.
    """
    whole = 10**digits
    if not (0 <= old < whole and 0 <= new < whole):
        raise ValueError(f"a meter of {digits} digits shows 0 to {whole - 1}")
    return int((new - old) % whole)
