"""What a parser hands back: a value and the place in the text as typed where it stood."""

from dataclasses import dataclass
from datetime import date, time
from typing import Generic, TypeVar

from bot.vietnamese.unicode import Aligned

T = TypeVar("T")


@dataclass(frozen=True)
class Span(Generic[T]):
    """A find. `start` and `end` count characters of the text as typed: `typed[start:end] == text`.

    `others` holds what else the words can mean, likeliest first; empty when they are clear.
    """

    start: int
    end: int
    text: str
    value: T
    others: tuple[T, ...] = ()


def span_at(aligned: Aligned, start: int, end: int, value: T, others: tuple[T, ...] = ()) -> Span[T]:
    """The span of the aligned characters `start` to `end`, in offsets of the text as typed."""
    begin, stop = aligned.typed_range(start, end)
    return Span(begin, stop, aligned.typed[begin:stop], value, others)


@dataclass(frozen=True)
class DateRange:
    """Whole days, both ends included; a single day has `first == last`."""

    first: date
    last: date


@dataclass(frozen=True)
class TimeRange:
    """Clock times of one day; `end` None means a single moment, `end < start` reaches past midnight."""

    start: time
    end: time | None = None
