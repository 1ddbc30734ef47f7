"""Invented customers, always the same: the n-th lives at station n // 16 however many there are."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from care.catalogue import Catalogue
from care.demo.network import CUSTOMERS_PER_STATION, SEED, Station, words

# Units of provinces whose real prefix is not known; no real unit has these numbers.
INVENTED_PREFIXES = {"Cao Bằng": "PA91", "Lai Châu": "PA92", "Điện Biên": "PA93", "Sơn La": "PA94"}
GROUPS = ("residential", "business", "production", "administrative")
WEIGHTS = (92, 5, 2, 1)
HOUSEHOLDS = (1, 1, 1, 1, 1, 1, 1, 2)
MOST_KWH = {"residential": 420, "business": 1_500, "production": 6_000, "administrative": 2_500}
LEAST_KWH = 30
# Phones and codes are different for so many.
MOST = 1_000_000


@dataclass(frozen=True)
class Person:
    """A customer as a row of care.customer, and how much they use in a month."""

    number: int
    row: tuple[object, ...]
    code: str
    group: str
    households: int
    usual_kwh: int


class People:
    """Customers by station; phones 0900 000 000 and up, which nobody owns."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._prefixes, self._words = _prefixes(catalogue), words()

    def at(self, place: Station) -> Iterator[Person]:
        """The customers of a full station."""
        draw, first = random.Random(f"{SEED} people {place.number}"), place.number * CUSTOMERS_PER_STATION
        for number in range(first, first + CUSTOMERS_PER_STATION):
            group = draw.choices(GROUPS, WEIGHTS)[0]
            code = _code(draw.choice(self._prefixes[place.province]), number)
            street = f"{draw.randint(1, 300)} {draw.choice(place.streets)}"
            households = draw.choice(HOUSEHOLDS) if group == "residential" else 1
            row = (
                code,
                self._name(draw, group),
                f"{{0900{number:06d}}}",
                f"{street}, {place.ward}, {place.province}",
                street,
                place.ward,
                place.province,
                group,
                households,
                place.code,
                place.feeder,
                place.centre,
                "t",
            )
            most = MOST_KWH[group]
            usual_kwh = round(draw.triangular(LEAST_KWH, most, most * 0.4))
            yield Person(number, row, code, group, households, usual_kwh)

    def _name(self, draw: random.Random, group: str) -> str:
        lists = self._words
        person = f"{draw.choice(lists['families'])} {draw.choice(lists['middles'])} {draw.choice(lists['givens'])}"
        return person if group == "residential" else f"{draw.choice(lists['firms'])} {person}"


def _prefixes(catalogue: Catalogue) -> Mapping[str, Sequence[str]]:
    """The six-character units of each province."""
    starts = {province: [prefix] for province, prefix in INVENTED_PREFIXES.items()}
    for known in catalogue.places.prefixes:
        starts.setdefault(known.province, []).append(known.prefix)
    return {
        province: [prefix + unit[-(6 - len(prefix)) :] for prefix in prefixes for unit in ("0001", "0002")]
        for province, prefixes in starts.items()
    }


def _code(unit: str, number: int) -> str:
    # Seven digits that look drawn, different for every number below ten million.
    return f"{unit}{(number * 7_919 + 1_234_567) % 10**7:07d}"
