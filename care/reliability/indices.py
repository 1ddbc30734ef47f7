"""SAIDI, SAIFI and CAIDI after IEEE 1366. Pure.

SAIDI is customer-minutes without power per customer served, SAIFI sustained interruptions per customer served,
CAIDI minutes per interruption. Interruptions of five minutes or less are momentary and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

MOMENTARY = timedelta(minutes=5)


@dataclass(frozen=True)
class Dark:
    """One station without power; `ends_at` None while it lasts."""

    station: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Indices:
    """Of one area and period. `saidi` and `caidi` in minutes; `caidi` None without an interruption."""

    customers: int
    interruptions: int
    customer_minutes: float

    @property
    def saidi(self) -> float:
        """Minutes per customer served."""
        return self.customer_minutes / self.customers if self.customers else 0.0

    @property
    def saifi(self) -> float:
        """Interruptions per customer served."""
        return self.interruptions / self.customers if self.customers else 0.0

    @property
    def caidi(self) -> float | None:
        """Minutes per interruption."""
        return self.saidi / self.saifi if self.interruptions else None


def indices(
    darks: Iterable[Dark], customers_at: Mapping[str, int], served: int, first: datetime, end: datetime, now: datetime
) -> Indices:
    """Of the period from `first` until `end`. Minutes count inside the period, an interruption where it begins.

    What overlaps at one station is one interruption: nobody is without power twice at once.
    """
    interruptions, minutes = 0, 0.0
    for station, spans in _spans(darks, now).items():
        people = customers_at.get(station, 0)
        for starts_at, ends_at in spans:
            if ends_at - starts_at <= MOMENTARY:
                continue
            inside = min(ends_at, end) - max(starts_at, first)
            minutes += people * max(inside.total_seconds(), 0.0) / 60
            interruptions += people * (first <= starts_at < end)
    return Indices(served, interruptions, minutes)


def _spans(darks: Iterable[Dark], now: datetime) -> dict[str, list[tuple[datetime, datetime]]]:
    """The spans without power of each station, those that touch made one."""
    of_station: dict[str, list[tuple[datetime, datetime]]] = {}
    for dark in sorted(darks, key=lambda one: one.starts_at):
        ends_at = dark.ends_at if dark.ends_at is not None else max(now, dark.starts_at)
        spans = of_station.setdefault(dark.station, [])
        if spans and dark.starts_at <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], ends_at))
        else:
            spans.append((dark.starts_at, ends_at))
    return of_station
