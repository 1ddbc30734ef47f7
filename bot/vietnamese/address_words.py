"""The word lists of `address_words.json`, read once, at first use."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class AddressWords:
    """Fields as the file's keys; a type word maps to (kind of unit, its lettering with accents)."""

    local: dict[str, frozenset[str]]
    local_pairs: frozenset[str]
    local_triples: frozenset[str]
    number_follows: frozenset[str]
    number_follows_pair: frozenset[str]
    accent_or_number: frozenset[str]
    no_street_name: frozenset[str]
    ends_name: frozenset[str]
    ends_name_accented: frozenset[str]
    counted: frozenset[str]
    inside_name: frozenset[str]
    before_street_name: dict[str, str]
    titles: frozenset[str]
    numbered: frozenset[str]
    fillers: frozenset[str]
    at: frozenset[str]
    ward_words: dict[str, tuple[str, str]]
    district_words: dict[str, tuple[str, str]]
    province_words: dict[str, tuple[str, str]]
    surnames: frozenset[str]
    not_names: frozenset[str]
    name_middles: frozenset[str]
    capital_name: frozenset[str]
    capital_pair: frozenset[str]
    not_house_before: frozenset[str]
    shows_street: frozenset[str]
    street_first: frozenset[str]
    left_of_number: frozenset[str]
    accent_always: frozenset[str]
    before_district: frozenset[str]
    known_streets: frozenset[str]


@cache
def address_words() -> AddressWords:
    """The lists; a missing or unknown key raises TypeError."""
    raw = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    del raw["about"]
    return AddressWords(**{key: _frozen(key, value) for key, value in raw.items()})


def _frozen(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, list):
        return frozenset(value)
    if key == "local":
        return {word: frozenset(letterings.split()) for word, letterings in value.items()}
    if key == "province_words":
        return {word: ("tinh", lettering) for word, lettering in value.items()}
    return {word: tuple(pair) if isinstance(pair, list) else pair for word, pair in value.items()}
