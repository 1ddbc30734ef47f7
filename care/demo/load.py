"""Demonstration data into the database by COPY: once into an empty one, outages renewed later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import psycopg
from sqlalchemy import Connection, text

from care.catalogue import load
from care.demo import people
from care.demo.cuts import refresh_cuts
from care.demo.wards import wards_by_province
from care.due import VIETNAM
from care.incidents.placing import note_served_streets
from care.wired import utc_now

CUSTOMERS = 20_000
LOCK = 20_181_221  # any number that nothing else locks
Say = Callable[[str], None]
STATION = "COPY care.station (code, name, feeder, ward, province, centre, demo) FROM STDIN"
FEEDER = "COPY care.feeder (code, name, province, centre, demo) FROM STDIN"
CUSTOMER = (
    "COPY care.customer (code, name, phones, address, street, ward, province, tariff_group, households,"
    " station, feeder, centre, demo) FROM STDIN"
)
BILL = "COPY care.bill (customer_code, period, kwh, total, paid, due_at) FROM STDIN"


def ensure_demo(url: str, say: Say, now: datetime | None = None, customers: int = CUSTOMERS) -> None:
    """Fill an empty database with demonstration data, or renew the outages of one that has it.

    A database with customers of its own is left alone. One commit; two starts at once load once.
    """
    now = now or utc_now()
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        demo = connection.execute("SELECT demo FROM care.customer ORDER BY demo DESC LIMIT 1").fetchone()
        if demo is None:
            load_demo(connection, now, customers, say)
        elif demo != (True,):
            say("This database has customers of its own: no demonstration data.")
            return
        new = refresh_cuts(connection, now)
        connection.commit()
    say(f"Demonstration outages: {new} new." if new else "Demonstration outages are up to date.")


def load_demo(connection: psycopg.Connection, now: datetime, customers: int, say: Say) -> None:
    """Stations, customers and bills, from one seed; does not commit."""
    catalogue = load()
    places = people.stations(catalogue, wards_by_province(), customers)
    feeders = {place.feeder: (place.province, place.centre) for place in places}
    say(f"Inventing {customers:,} customers at {len(places):,} stations …")
    _copy(connection, FEEDER, ((code, f"Xuất tuyến {code[2:]}", *where, True) for code, where in feeders.items()))
    rows = ((p.code, p.name, p.feeder, p.ward, p.province, p.centre, True) for p in places)
    _copy(connection, STATION, rows)
    everybody = list(people.people(catalogue, places, customers))
    _copy(connection, CUSTOMER, (person.row for person in everybody))
    say("… and their bills …")
    _copy(connection, BILL, people.bills(catalogue, everybody, now.astimezone(VIETNAM).date()))
    note_served_streets(connection)
    for table in ("feeder", "station", "customer", "bill", "served_street"):
        connection.execute(f"ANALYZE care.{table}")


def sample_codes(connection: Connection) -> tuple[str, str]:
    """Two demonstration customers: one under an outage now (for longest), one whose power is on.

    Raises LookupError without demonstration data.
    """
    dark = connection.scalar(
        text(
            "SELECT c.code FROM care.outage o JOIN care.customer c ON c.station = ANY (o.stations)"
            " WHERE o.demo AND c.demo AND o.status = 'running' AND now() BETWEEN o.starts_at AND o.ends_at"
            " ORDER BY o.kind DESC, o.ends_at DESC, c.code LIMIT 1"
        )
    )
    bright = connection.scalar(
        text(
            "SELECT c.code FROM care.customer c WHERE c.demo AND c.tariff_group = 'residential'"
            " AND NOT EXISTS (SELECT FROM care.outage o WHERE c.station = ANY (o.stations) OR c.ward = ANY (o.wards))"
            " ORDER BY c.code LIMIT 1"
        )
    )
    if dark is None or bright is None:
        raise LookupError("no demonstration customers, or none under an outage now")
    return dark, bright


def _copy(connection: psycopg.Connection, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
