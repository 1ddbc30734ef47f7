"""What appliances use in a month by the power on their label and the hours they run. Pure."""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.vietnamese import find_kw, fold

_HOURS = re.compile(r"(?<![0-9])([0-9]{1,2}(?:[.,][0-9]+)?)\s?(?:tieng|gio|h)\b")
_MINUTES = re.compile(r"(?<![0-9])([0-9]{1,3})\s?phut\b")
_ALL_DAY = re.compile(r"\b(?:ca ngay|suot ngay|24/24|24/7|24 tren 24|lien tuc|ca ngay dem|ngay dem)\b")
_HALF_DAY = re.compile(r"\bnua ngay\b")
_COUNT = re.compile(r"(?<![0-9.,])([0-9]{1,3})\s?(?:cai|chiec|bong|may|quat|den|bo|tu|con)\b")
_DAYS = re.compile(r"(?<![0-9])([0-9]{1,2})\s?ngay(?!\s?(?:dem|chay|xai|dung|mo|bat))\b")
_NEXT = re.compile(r",\s|[;+\n]|\s(?:và|va|với|voi)\s", re.IGNORECASE)
MONTH_DAYS = 30
MOST_LOADS = 8


@dataclass(frozen=True)
class Load:
    """Appliances of one kind; `hours` a day, None while nobody said."""

    watts: float
    count: int = 1
    hours: float | None = None

    def kwh(self, days: int) -> float:
        """Over so many days at full power."""
        return self.watts * self.count * (self.hours or 0) * days / 1000

    def stored(self) -> dict[str, Any]:
        """For the task's notes."""
        return asdict(self)


def loads_in(text: str) -> list[Load]:
    """The appliances with a power in the text, each with the hours and number said beside it."""
    powers = find_kw(text)[:MOST_LOADS]
    loads = []
    for number, span in enumerate(powers):
        begin = powers[number - 1].end if number else 0
        end = powers[number + 1].start if number + 1 < len(powers) else len(text)
        hours = hours_in(text[span.end : end])
        if hours is None and len(powers) == 1:
            hours = hours_in(text)
        beside = (_NEXT.split(text[begin : span.start])[-1], _NEXT.split(text[span.end : end])[0])
        counts = [int(found[1]) for part in beside for found in _COUNT.finditer(fold(part))]
        loads.append(Load(round(span.value.kw * 1000, 1), counts[0] if counts and counts[0] > 0 else 1, hours))
    return loads


def hours_in(text: str, *, asked: bool = False) -> float | None:
    """Hours a day; when just asked for, a bare number too. None for more than a day has."""
    folded = fold(text)
    hours: float | None = None
    if (found := _HOURS.search(folded)) is not None:
        hours = float(found[1].replace(",", "."))
    elif (found := _MINUTES.search(folded)) is not None:
        hours = int(found[1]) / 60
    elif _ALL_DAY.search(folded):
        hours = 24
    elif _HALF_DAY.search(folded):
        hours = 12
    elif asked and (bare := re.search(r"(?<![0-9])[0-9]{1,2}(?:[.,][0-9]+)?(?![0-9])", folded)):
        hours = float(bare[0].replace(",", "."))
    return hours if hours is not None and 0 < hours <= 24 else None


def days_in(text: str) -> int:
    """How many days of a month they run."""
    found = _DAYS.search(fold(text))
    return int(found[1]) if found and 0 < int(found[1]) <= 31 else MONTH_DAYS


def running(loads: list[Load], hours: float) -> list[Load]:
    """The loads, with `hours` for those of which nobody said."""
    return [one if one.hours is not None else replace(one, hours=hours) for one in loads]
