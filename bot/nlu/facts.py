"""The facts of a message, each finder's in one list: codes, amounts, places, times, names, dangers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.nlu.features import Mark
from bot.nlu.lexicon import find_hazards
from bot.vietnamese import (
    find_customer_codes,
    find_dates,
    find_emails,
    find_kw,
    find_kwh,
    find_meter_readings,
    find_money,
    find_names,
    find_payment_channels,
    find_periods,
    find_phones,
    find_place,
    find_tariff_groups,
    find_ticket_codes,
    find_times,
    fold,
    speaks_of_bills,
)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# "Sản xuất" and "kinh doanh" name a tariff where prices are compared, asked or changed; elsewhere a trade.
_OF_PRICES = re.compile(
    r"\b(?:gia|ap|tinh(?! trang| hinh| toi)|bac|kwh|dinh muc|bao nhieu tien|nhieu tien|don gia|ty le|muc gia"
    r"|(?:chuyen|doi|qua|ve|sang|xuong) (?:qua |sang |ve |lai |thanh )?(?:dien )?(?:sinh hoat|kinh doanh|san xuat|hanh chinh)"
    r"|ve lai dien)\b"
)
_NEW_CONNECTION = re.compile(r"\b(?:cap|mua|dang ky|gan|lap)\b.{0,24}\bdien\b(?! ap)")


# Read by their form alone, right wherever they stand.
BY_FORM = frozenset({"customer_code", "ticket_code", "phone_number", "email", "money", "energy_kwh", "power_kw"})

ONLY_BY_FORM = frozenset({"customer_code", "phone_number", "email"})  # nothing else may pass for one


@dataclass(frozen=True)
class Fact:
    """One entity: `value` is its normal form, `text[start:end]` what was typed."""

    entity: str
    start: int
    end: int
    value: str
    origin: str = "rules"


def join(text: str, ruled: Sequence[Fact], tagged: Sequence[Mark] | None) -> list[Fact]:
    """The one precedence: what has a form of its own (codes, amounts) is the rules'; words are the sequence model's.

    A span that both see keeps the rules' value. Without a sequence model (None) everything is the rules'.
    """
    if tagged is None:
        return list(ruled)
    kept = [fact for fact in ruled if fact.entity in BY_FORM]
    same = {(fact.entity, fact.start, fact.end): fact for fact in ruled}
    for mark in tagged:
        if mark.entity in ONLY_BY_FORM and (mark.entity, mark.start, mark.end) not in same:
            continue
        if any(mark.start < fact.end and fact.start < mark.end for fact in kept):
            continue
        words = text[mark.start : mark.end]
        seen = Fact(mark.entity, mark.start, mark.end, words, "sequence")
        kept.append(same.get((mark.entity, mark.start, mark.end), seen))
    return sorted(kept, key=lambda fact: (fact.start, fact.end))


def find_facts(text: str, now: datetime) -> list[Fact]:
    """The facts of `text` in order; where two finders claim the same characters the earlier line wins."""
    finders: tuple[Callable[[], Iterable[Fact]], ...] = (
        lambda: (Fact("customer_code", s.start, s.end, s.value) for s in find_customer_codes(text)),
        lambda: (Fact("ticket_code", s.start, s.end, s.value) for s in find_ticket_codes(text, checked=False)),
        lambda: (Fact("phone_number", s.start, s.end, s.value) for s in find_phones(text)),
        lambda: (Fact("email", s.start, s.end, s.value) for s in find_emails(text)),
        lambda: _amounts(text, now),
        lambda: (Fact(name, start, end, text[start:end]) for name, start, end in find_place(text).spans),
        lambda: (Fact("time", s.start, s.end, s.text) for s in find_times(text, now)),
        lambda: (Fact("date", s.start, s.end, s.text) for s in find_dates(text, now)),
        lambda: (Fact("person_name", s.start, s.end, s.value) for s in find_names(text)),
        lambda: (Fact("payment_channel", s.start, s.end, s.value) for s in find_payment_channels(text)),
        lambda: _tariff_groups(text),
        lambda: (Fact("hazard_kind", f.start, f.end, f.kind) for f in find_hazards(text)),
    )
    kept: list[Fact] = []
    for finder in finders:
        # A danger's words may well name a place ("trạm Phú Lâm nổ"): it overlaps freely.
        kept.extend(
            fact for fact in finder() if fact.entity == "hazard_kind" or not any(_overlap(fact, old) for old in kept)
        )
    return sorted(kept, key=lambda fact: (fact.start, fact.end))


def _amounts(text: str, now: datetime) -> Iterator[Fact]:
    """Sums, energy, power and meter readings; months only where money or consumption is meant, else they are dates."""
    for entity, spans in (
        ("money", find_money(text)),
        ("energy_kwh", find_kwh(text)),
        ("power_kw", find_kw(text)),
        ("meter_reading", find_meter_readings(text)),
        ("billing_period", find_periods(text, now) if speaks_of_bills(text) else []),
    ):
        yield from (Fact(entity, span.start, span.end, str(span.value)) for span in spans)


def _tariff_groups(text: str) -> Iterator[Fact]:
    groups = find_tariff_groups(text)
    if groups and _OF_PRICES.search(plain := fold(text)) and not _NEW_CONNECTION.search(plain):
        yield from (Fact("tariff_group", group.start, group.end, group.value) for group in groups)


@lru_cache(maxsize=512)
def marks_in(text: str) -> tuple[Mark, ...]:
    """The facts of `text` as marks for the n-grams; remembered, because clauses and training copies repeat."""
    # Which characters are a date does not depend on today's.
    anyday = datetime(2026, 1, 5, 12, tzinfo=VIETNAM)
    return as_marks(find_facts(text, anyday))


def as_marks(facts: Iterable[Fact]) -> tuple[Mark, ...]:
    """Where the facts stand, for features."""
    return tuple(Mark(fact.entity, fact.start, fact.end) for fact in facts)


def _overlap(one: Fact, other: Fact) -> bool:
    return one.start < other.end and other.start < one.end
