"""Invented feeders and stations: the n-th is always the same, however many there are."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from care.catalogue import Catalogue
from care.words import words_in

SEED = 20181221
CUSTOMERS_PER_STATION = 16
STATIONS_PER_FEEDER = 6
# Most meters are read on the last day of the month, which 31 stands for.
READING_DAYS = (31, 31, 31, 31, 31, 31, 5, 10, 15, 20)


@dataclass(frozen=True)
class Station:
    """A transformer station, the ward it stands in, the streets it supplies and the day its meters are read."""

    number: int
    code: str
    name: str
    feeder: str
    ward: str
    province: str
    centre: str
    streets: tuple[str, ...]
    reading_day: int


@dataclass(frozen=True)
class Network:
    """All feeders and stations there could be; more of them where there are more wards."""

    catalogue: Catalogue
    wards: Mapping[str, Sequence[str]]

    @cached_property
    def _provinces(self) -> Sequence[str]:
        return list(self.catalogue.centre_of)

    @cached_property
    def _weights(self) -> Sequence[int]:
        return [len(self.wards[province]) for province in self._provinces]

    def feeder_of(self, station: int) -> int:
        """A feeder's number. The first stations go round the provinces, so that a small network reaches everywhere."""
        first = len(self._provinces)
        return station % first if station < first * STATIONS_PER_FEEDER else station // STATIONS_PER_FEEDER

    def province_of(self, feeder: int) -> str:
        """Where a feeder is."""
        if feeder < len(self._provinces):
            return self._provinces[feeder]
        return random.Random(f"{SEED} feeder {feeder}").choices(self._provinces, self._weights)[0]

    def feeder_row(self, feeder: int) -> tuple[object, ...]:
        """As in care.feeder."""
        code, province = feeder_code(feeder), self.province_of(feeder)
        return code, f"Xuất tuyến {code[2:]}", province, self.catalogue.centre_of[province], True

    def station(self, number: int) -> Station:
        """The station of that number, from 0."""
        feeder = self.feeder_of(number)
        province = self.province_of(feeder)
        draw = random.Random(f"{SEED} station {number}")
        ward, streets = draw.choice(self.wards[province]), tuple(draw.sample(words()["streets"], 2))
        return Station(
            number=number,
            code=f"TBA{number + 1:05d}",
            name=f"Trạm {streets[0]}",
            feeder=feeder_code(feeder),
            ward=ward,
            province=province,
            centre=self.catalogue.centre_of[province],
            streets=streets,
            reading_day=draw.choice(READING_DAYS),
        )


def feeder_code(number: int) -> str:
    """XT0001 and up."""
    return f"XT{number + 1:04d}"


def words() -> Mapping[str, Any]:
    """The words everything is made of."""
    return words_in(Path(__file__).parent / "names.yml")
