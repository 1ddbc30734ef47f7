"""Names listed in a data file, found whatever their accents: payment channels and tariff groups."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.unicode import Aligned, align, fold, nfc

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class _Name:
    """One way of writing: its words without and with accents, what it means, whether a cue must stand before it."""

    plain: tuple[str, ...]
    marked: tuple[str, ...]
    value: str
    cued: bool


@dataclass(frozen=True)
class _Gazetteer:
    by_first: dict[str, tuple[_Name, ...]]  # the longest first
    cues: frozenset[str]
    not_around: frozenset[str]


@cache
def _gazetteer(file: str) -> _Gazetteer:
    raw = json.loads(Path(__file__).with_name(file).read_text("utf-8"))
    by_first: dict[str, list[_Name]] = {}
    for part, cued in (("names", False), ("short_names", True)):
        for value, writings in raw.get(part, {}).items():
            for writing in writings:
                plain = tuple(fold(writing).split())
                name = _Name(plain, tuple(nfc(writing).lower().split()), value, cued)
                by_first.setdefault(plain[0], []).append(name)
    longest_first = {
        first: tuple(sorted(names, key=lambda name: -len(name.plain))) for first, names in by_first.items()
    }
    return _Gazetteer(longest_first, frozenset(raw.get("cues", "").split()), frozenset(raw.get("not_around", [])))


def _found(text: str, file: str) -> list[Span[str]]:
    aligned, table = align(text), _gazetteer(file)
    words = list(_WORD.finditer(aligned.plain))
    spans: list[Span[str]] = []
    position = 0
    while position < len(words):
        name = _name_at(aligned, words, position, table)
        if name is None:
            position += 1
            continue
        last = position + len(name.plain)
        spans.append(span_at(aligned, words[position].start(), words[last - 1].end(), name.value))
        position = last
    return spans


def _name_at(aligned: Aligned, words: list[re.Match[str]], position: int, table: _Gazetteer) -> _Name | None:
    before = words[position - 1].group() if position else ""
    for name in table.by_first.get(words[position].group(), ()):
        here = words[position : position + len(name.plain)]
        if tuple(word.group() for word in here) != name.plain:
            continue
        spelt = (aligned.marked[slice(*word.span())] for word in here)
        if not all(typed in pair for typed, *pair in zip(spelt, name.plain, name.marked, strict=True)):
            continue
        following = words[position + len(name.plain)].group() if position + len(name.plain) < len(words) else ""
        if {f"{before} {name.plain[0]}", f"{name.plain[-1]} {following}"} & table.not_around:
            continue
        if not name.cued or before in table.cues:
            return name
    return None


def find_payment_channels(text: str) -> list[Span[str]]:
    """Ways to pay in the order written, as the keys of payment_channels.json ("momo", "post_office")."""
    return _found(text, "payment_channels.json")


def find_tariff_groups(text: str) -> list[Span[str]]:
    """Tariff groups in the order written, as the care API names them ("residential", "tenants")."""
    return _found(text, "tariff_groups.json")
