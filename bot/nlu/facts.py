"""The facts of a message, each finder's in one list: codes, phones, places, times, names, dangers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.nlu.features import Mark
from bot.nlu.lexicon import find_hazards
from bot.vietnamese import (
    find_customer_codes,
    find_dates,
    find_names,
    find_phones,
    find_place,
    find_ticket_codes,
    find_times,
)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")


@dataclass(frozen=True)
class Fact:
    """One entity: `value` is its normal form, `text[start:end]` what was typed."""

    entity: str
    start: int
    end: int
    value: str


def find_facts(text: str, now: datetime) -> list[Fact]:
    """The facts of `text` in order; where two finders claim the same characters the earlier line wins."""
    finders: tuple[Callable[[], Iterable[Fact]], ...] = (
        lambda: (Fact("customer_code", s.start, s.end, s.value) for s in find_customer_codes(text)),
        lambda: (Fact("ticket_code", s.start, s.end, s.value) for s in find_ticket_codes(text)),
        lambda: (Fact("phone_number", s.start, s.end, s.value) for s in find_phones(text)),
        lambda: (Fact("email", m.start(), m.end(), m[0]) for m in _EMAIL.finditer(text)),
        lambda: (Fact(name, start, end, text[start:end]) for name, start, end in find_place(text).spans),
        lambda: (Fact("time", s.start, s.end, s.text) for s in find_times(text, now)),
        lambda: (Fact("date", s.start, s.end, s.text) for s in find_dates(text, now)),
        lambda: (Fact("person_name", s.start, s.end, s.value) for s in find_names(text)),
        lambda: (Fact("hazard_kind", f.start, f.end, f.kind) for f in find_hazards(text)),
    )
    kept: list[Fact] = []
    for finder in finders:
        # A danger's words may well name a place ("trạm Phú Lâm nổ"): it overlaps freely.
        kept.extend(
            fact for fact in finder() if fact.entity == "hazard_kind" or not any(_overlap(fact, old) for old in kept)
        )
    return sorted(kept, key=lambda fact: (fact.start, fact.end))


@lru_cache(maxsize=512)
def marks_in(text: str) -> tuple[Mark, ...]:
    """The facts of `text` as marks for the n-grams; remembered, because clauses and training copies repeat."""
    # Which characters are a date does not depend on today's.
    anyday = datetime(2026, 1, 5, 12, tzinfo=VIETNAM)
    return tuple(Mark(fact.entity, fact.start, fact.end) for fact in find_facts(text, anyday))


def _overlap(one: Fact, other: Fact) -> bool:
    return one.start < other.end and other.start < one.end
