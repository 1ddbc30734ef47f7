"""Invented stations, customers and bills, always the same for one seed and day."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from care.catalogue import Catalogue

SEED = 20181221
CUSTOMERS_PER_STATION = 16
STATIONS_PER_FEEDER = 6
MONTHS = 6
# Units of provinces whose real prefix is not known; no real unit has these numbers.
INVENTED_PREFIXES = {"Cao Bằng": "PA91", "Lai Châu": "PA92", "Điện Biên": "PA93", "Sơn La": "PA94"}
GROUPS = (("residential", 92), ("business", 5), ("production", 2), ("administrative", 1))


@dataclass(frozen=True)
class Station:
    """A transformer station, the ward it stands in and the streets it supplies."""

    code: str
    name: str
    feeder: str
    ward: str
    province: str
    centre: str
    streets: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A customer as a row of care.customer, and how much they use in a month."""

    row: tuple[object, ...]
    code: str
    group: str
    households: int
    usual_kwh: int


def words() -> dict[str, Any]:
    """The words everything is made of."""
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "names.yml").read_text("utf8"))
    return read


def stations(catalogue: Catalogue, wards: Mapping[str, Sequence[str]], customers: int) -> list[Station]:
    """About one station per 16 customers, at least two a province, more where there are more wards."""
    draw, streets = random.Random(SEED), words()["streets"]
    all_wards = sum(len(names) for names in wards.values())
    made: list[Station] = []
    feeders = 0
    for province, centre in catalogue.centre_of.items():
        count = max(2, round(customers / CUSTOMERS_PER_STATION * len(wards[province]) / all_wards))
        for number in range(count):
            feeders += number % STATIONS_PER_FEEDER == 0
            ward = draw.choice(wards[province])
            supplied = tuple(draw.sample(streets, 2))
            code = f"TBA{len(made) + 1:05d}"
            made.append(Station(code, f"Trạm {supplied[0]}", f"XT{feeders:04d}", ward, province, centre, supplied))
    return made


def people(catalogue: Catalogue, places: Sequence[Station], customers: int) -> Iterator[Person]:
    """Customers spread evenly over the stations; phones 0900 000 000 and up, which nobody owns."""
    draw, lists, prefixes = random.Random(SEED + 1), words(), _prefixes(catalogue)
    groups = [name for name, _ in GROUPS]
    weights = [weight for _, weight in GROUPS]
    for number in range(customers):
        place = places[number % len(places)]
        group = draw.choices(groups, weights)[0]
        code = _code(draw.choice(prefixes[place.province]), number)
        street = f"{draw.randint(1, 300)} {draw.choice(place.streets)}"
        households = draw.choice((1, 1, 1, 1, 1, 1, 1, 2)) if group == "residential" else 1
        row = (
            code,
            _name(draw, lists, group),
            [f"0900{number:06d}"],
            f"{street}, {place.ward}, {place.province}",
            street,
            place.ward,
            place.province,
            group,
            households,
            place.code,
            place.feeder,
            place.centre,
            True,
        )
        yield Person(row, code, group, households, _usual_kwh(draw, group))


def bills(catalogue: Catalogue, everybody: Sequence[Person], today: date) -> Iterator[tuple[object, ...]]:
    """The last six whole months of everybody; most are paid."""
    draw, periods = random.Random(SEED + 2), _periods(today)
    for person in everybody:
        for age, (period, due) in enumerate(periods):
            kwh = round(person.usual_kwh * draw.uniform(0.75, 1.35))
            total = catalogue.tariffs.month_total(person.group, kwh, person.households)
            paid = draw.random() > (0.2 if age == 0 else 0.02 if age == 1 else 0)
            yield person.code, period, kwh, total, paid, due


def _prefixes(catalogue: Catalogue) -> dict[str, list[str]]:
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


def _name(draw: random.Random, lists: Mapping[str, Sequence[str]], group: str) -> str:
    person = f"{draw.choice(lists['families'])} {draw.choice(lists['middles'])} {draw.choice(lists['givens'])}"
    return person if group == "residential" else f"{draw.choice(lists['firms'])} {person}"


def _usual_kwh(draw: random.Random, group: str) -> int:
    most = {"residential": 420, "business": 1_500, "production": 6_000, "administrative": 2_500}[group]
    return round(draw.triangular(30, most, most * 0.4))


def _periods(today: date) -> list[tuple[str, date]]:
    """(period, last day to pay) of the last whole months, newest first."""
    periods = []
    first = today.replace(day=1)
    for _ in range(MONTHS):
        due = first + timedelta(days=14)
        first = (first - timedelta(days=1)).replace(day=1)
        periods.append((f"{first:%Y-%m}", due))
    return periods
