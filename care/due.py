"""When a ticket is due: hours, desk hours, Vietnamese working days. Pure; `now` is an argument."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from pydantic import JsonValue

from bot.vietnamese import written_hour
from care.catalogue.centres import Hours, OpeningHours
from care.catalogue.services import Variant

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
UTC = ZoneInfo("UTC")


def written(moment: datetime | None) -> str | None:
    """As customers read it on pages and in letters: "15h30 ngày 25/11/2026", Vietnamese time."""
    if moment is None:
        return None
    local = moment.astimezone(VIETNAM)
    return f"{written_hour(local)} ngày {local.day}/{local.month}/{local.year}"


def due_at(
    variants: Sequence[Variant], details: Mapping[str, JsonValue], now: datetime, hours: OpeningHours
) -> datetime | None:
    """When a ticket filed at `now` must be answered (UTC); None where no confirmed time is known."""
    variant = chosen(variants, details)
    if variant is None or variant.value is None or not variant.promised:
        return None
    if variant.unit == "hours":
        return (now + timedelta(hours=variant.value)).astimezone(UTC)
    local = now.astimezone(VIETNAM)
    if variant.unit == "desk_hours":
        return _after_desk_hours(local, timedelta(hours=variant.value), hours.desk).astimezone(UTC)
    if variant.unit == "working_days":
        day = nth_working_day(local.date(), variant.value)
    else:
        day = local.date() + timedelta(days=variant.value)
    return datetime.combine(day, hours.office.closes, VIETNAM).astimezone(UTC)


def resumed(due: datetime, unit: str | None, paused_at: datetime, now: datetime, hours: OpeningHours) -> datetime:
    """When a ticket is due that waited for its customer since `paused_at`: as much later as the clock stood still.

    Working days for what is promised in working days, else the time itself. A clock that went back moves nothing.
    """
    if now <= paused_at:
        return due
    if unit != "working_days":
        return due + (now - paused_at)
    first, last = paused_at.astimezone(VIETNAM).date(), now.astimezone(VIETNAM).date()
    waited = sum(1 for day in range((last - first).days) if is_working_day(first + timedelta(days=day + 1)))
    day = nth_working_day(due.astimezone(VIETNAM).date(), waited)
    return datetime.combine(day, hours.office.closes, VIETNAM).astimezone(UTC)


def warn_at(created_at: datetime, due: datetime | None) -> datetime | None:
    """When four fifths of the time are gone."""
    return created_at + (due - created_at) * 4 / 5 if due is not None and due > created_at else due


def chosen(variants: Sequence[Variant], details: Mapping[str, JsonValue]) -> Variant | None:
    """The first variant, unless another one fits the ticket's details."""
    for variant in variants:
        if variant.fits and all(details.get(name) in values for name, values in variant.fits.items()):
            return variant
    return variants[0] if variants else None


def nth_working_day(day: date, number: int) -> date:
    """The `number`-th working day after `day`; the day of filing is not counted."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Monday to Friday and no public holiday of Vietnam."""
    return day.weekday() < 5 and day not in _holidays_of(day.year)


@cache
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def _after_desk_hours(now: datetime, left: timedelta, desk: Hours) -> datetime:
    """The moment when `left` of desk time has passed since `now`."""
    for opens, closes in _shifts(now, desk):
        start = max(now, opens)
        if left <= closes - start:
            return start + left
        left -= max(closes - start, timedelta())
    raise AssertionError("shifts never end")


def _shifts(now: datetime, desk: Hours) -> Iterator[tuple[datetime, datetime]]:
    day = now.date()
    while True:
        if now < (closes := _at(day, desk.closes)):
            yield _at(day, desk.opens), closes
        day += timedelta(days=1)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, VIETNAM)
