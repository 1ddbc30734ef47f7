"""Invented customers into the database, station by station: memory stays flat however many they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import psycopg

from care.catalogue import Catalogue
from care.demo.billed import BILL, METER, PAYMENT, READING, Billed, Lines
from care.demo.network import CUSTOMERS_PER_STATION, Network, Station
from care.demo.people import People
from care.place import street_words, ward_key

Say = Callable[[str], None]
FEEDER = (
    "INSERT INTO care.feeder (code, name, province, centre, demo) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
STATION = "COPY care.station (code, name, feeder, ward, province, centre, demo, reading_day) FROM STDIN"
SERVED = "COPY care.served_street (ward_key, street_key, station, street, province, feeder) FROM STDIN"
CUSTOMER = (
    "COPY care.customer (code, name, phones, address, street, ward, province, tariff_group, households,"
    " station, feeder, centre, demo) FROM STDIN"
)
STATIONS_AT_ONCE = 200
LINES_AT_ONCE = 500  # the server works on them while the next are sent
SAY_EVERY_S = 3.0
TABLES = ("feeder", "station", "served_street", "customer", "meter", "reading", "bill", "payment")


@dataclass
class Batch:
    """What some stations bring, as lines for COPY."""

    station: list[str] = field(default_factory=list)
    served: list[str] = field(default_factory=list)
    customer: list[str] = field(default_factory=list)
    accounts: Lines = field(default_factory=Lines)

    def copies(self) -> Sequence[tuple[str, Sequence[str]]]:
        """(statement, lines) in the order that foreign keys want."""
        accounts = self.accounts
        return (
            (STATION, self.station),
            (SERVED, self.served),
            (CUSTOMER, self.customer),
            (METER, accounts.meter),
            (READING, accounts.reading),
            (BILL, accounts.bill),
            (PAYMENT, accounts.payment),
        )


class Source:
    """Batches of stations with the customers of wanted numbers and their accounts."""

    def __init__(self, catalogue: Catalogue, network: Network, wanted: range, today: date) -> None:
        self._network, self._wanted = network, wanted
        self._people, self._billed = People(catalogue), Billed(catalogue.tariffs, today)
        first, last = wanted.start // CUSTOMERS_PER_STATION, (wanted.stop - 1) // CUSTOMERS_PER_STATION
        # By province, as customer codes begin: indexes then grow in one place at a time and not all over.
        self._numbers = sorted(range(first, last + 1), key=lambda one: network.province_of(network.feeder_of(one)))

    def feeders(self) -> Iterator[tuple[object, ...]]:
        """Rows of care.feeder, some of which may be there already."""
        for number in sorted({self._network.feeder_of(one) for one in self._numbers}):
            yield self._network.feeder_row(number)

    def batches(self) -> Iterator[Batch]:
        """All of it, some stations at a time."""
        for at in range(0, len(self._numbers), STATIONS_AT_ONCE):
            batch = Batch()
            for number in self._numbers[at : at + STATIONS_AT_ONCE]:
                self._add(batch, self._network.station(number))
            yield batch

    def _add(self, batch: Batch, place: Station) -> None:
        if place.number * CUSTOMERS_PER_STATION >= self._wanted.start:  # else it has some of its customers already
            row = (
                place.code,
                place.name,
                place.feeder,
                place.ward,
                place.province,
                place.centre,
                "t",
                place.reading_day,
            )
            batch.station.append(_line(row))
            for street in place.streets:
                served = (ward_key(place.ward), street_words(street), place.code, street, place.province, place.feeder)
                batch.served.append(_line(served))
        everybody = list(self._people.at(place))
        batch.customer += [_line(person.row) for person in everybody if person.number in self._wanted]
        self._billed.at(place, everybody, self._wanted, batch.accounts)


def fill(connection: psycopg.Connection, source: Source, wanted: range, say: Say) -> None:
    """Copy everything in, one batch being invented while the one before is stored; does not commit."""
    connection.cursor().executemany(FEEDER, source.feeders())
    told = Progress(len(wanted), say)
    batches = source.batches()
    with ThreadPoolExecutor(1) as ahead:
        following = ahead.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = ahead.submit(next, batches, None)
            for statement, lines in batch.copies():
                _copy(connection, statement, lines)
            told.more(len(batch.customer))
    for table in TABLES:
        connection.execute(f"ANALYZE care.{table}")


class Progress:
    """Says every few seconds how far it is and how long it will take."""

    def __init__(self, wanted: int, say: Say) -> None:
        self._wanted, self._say, self._done = wanted, say, 0
        self._began = self._said = time.monotonic()

    def more(self, customers: int) -> None:
        """So many more are in."""
        self._done += customers
        now = time.monotonic()
        if now - self._said < SAY_EVERY_S:
            return
        self._said = now
        left_s = (now - self._began) * (self._wanted - self._done) / self._done
        self._say(f"  {self._done:,} of {self._wanted:,} customers, about {left_s:.0f} s left")


def _line(row: Sequence[object]) -> str:
    """A row for COPY; our words hold no tab, line end or backslash."""
    return "\t".join(map(str, row)) + "\n"


def _copy(connection: psycopg.Connection, statement: str, lines: Sequence[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for at in range(0, len(lines), LINES_AT_ONCE):
            copy.write("".join(lines[at : at + LINES_AT_ONCE]))
