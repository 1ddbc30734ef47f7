"""Which ward of today a name means: one, one of several, or none. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.vietnamese import Ward, fold, wards_named

MOST_CANDIDATES = 30
LONGEST = 100


@dataclass(frozen=True)
class Asked:
    """A ward when it is certain, else the wards that the words can mean."""

    ward: Ward | None = None
    candidates: tuple[Ward, ...] = ()


def asked_ward(words: str, province: str | None) -> Asked:
    """Old and new names, with and without accents and type word; never a guess among several."""
    words = words[:LONGEST]
    # A name that is a district's too is read as that without its type word.
    meanings = (wards_named(f"{kind}{words}", province or None) for kind in ("", "phường ", "xã "))
    found = tuple(dict.fromkeys(next((some for some in meanings if some), ())))
    # A ward of today that is called just so goes before the old wards and districts of that name.
    exact = tuple(ward for ward in found if fold(words) in (fold(ward.name), fold(ward.short)))
    if len(exact) == 1:
        return Asked(exact[0])
    return Asked(found[0]) if len(found) == 1 else Asked(candidates=found[:MOST_CANDIDATES])
