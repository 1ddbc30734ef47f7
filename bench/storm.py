"""Correlation: 100,000 reports over 5,000 stations, in the order they come, against the storm's truth."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import text

from apps.migrate import migrate
from apps.postgres import running
from care import Database, IncidentRules
from care.incidents.correlation import correlate
from care.incidents.rules import Sighting
from care.storm.score import score
from care.storm.truth import Storm, brew

REPORTS = 100_000
STATIONS = 5_000
STATIONS_PER_FEEDER = 6
CUSTOMERS_PER_STATION = 60
HOURS = 6.0
BATCH = 1_000
START = datetime(2026, 9, 7, 12, tzinfo=UTC)


def network() -> dict[str, dict[str, list[str]]]:
    """feeder → station → customers."""
    made: dict[str, dict[str, list[str]]] = {}
    for number in range(STATIONS):
        customers = [f"{number:05d}-{each:03d}" for each in range(CUSTOMERS_PER_STATION)]
        made.setdefault(f"XT{number // STATIONS_PER_FEEDER:05d}", {})[f"TBA{number:05d}"] = customers
    return made


def load(url: str, storm: Storm, lines: dict[str, dict[str, list[str]]]) -> None:
    """The network and a ticket for each call."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        with cursor.copy("COPY care.feeder (code, name, province, centre) FROM STDIN") as copy:
            for feeder in lines:
                copy.write_row((feeder, feeder, "Cần Thơ", "EVNSPC"))
        with cursor.copy("COPY care.station (code, name, feeder, ward, province, centre) FROM STDIN") as copy:
            for feeder, stations in lines.items():
                for station in stations:
                    copy.write_row((station, station, feeder, "Cái Khế", "Cần Thơ", "EVNSPC"))
        columns = "code, service, fault, priority, status, channel, customer_code, address, details, centre, routed_by, created_at"
        with cursor.copy(f"COPY care.ticket ({columns}) FROM STDIN") as copy:
            for number, call in enumerate(storm.calls):
                at = START + timedelta(minutes=call.minute)
                fixed = (
                    "REPORT_OUTAGE",
                    "outage",
                    "P1",
                    "new",
                    "web",
                    call.customer,
                    "{}",
                    "{}",
                    "EVNSPC",
                    "default",
                    at,
                )
                copy.write_row((f"YC{number:08d}", *fixed))
        connection.commit()


def main() -> None:
    lines = network()
    storm = brew(lines, REPORTS, HOURS)
    with tempfile.TemporaryDirectory(prefix="bench") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        load(cluster.url, storm, lines)
        database, rules = Database(cluster.url), IncidentRules()
        with database.transaction() as session:
            numbers = {row[0]: row[1] for row in session.execute(text("SELECT customer_code, id FROM care.ticket"))}
        began = time.perf_counter()
        for start in range(0, len(storm.calls), BATCH):
            calls = storm.calls[start : start + BATCH]
            sightings = [
                Sighting(
                    numbers[one.customer], one.customer, one.station, one.feeder, START + timedelta(minutes=one.minute)
                )
                for one in calls
            ]
            with database.transaction() as session:
                correlate(session, rules, sightings, sightings[-1].at)
                session.commit()
        took = time.perf_counter() - began
        with database.transaction() as session:
            found = {row[0]: row[1] for row in session.execute(text("SELECT customer_code, incident FROM care.ticket"))}
        database.close()
    result = score(storm, found)
    print("correlation of a storm's reports (python -m bench.storm)")
    print(f"  {result.calls:,} reports over {STATIONS:,} stations: {took:.1f} s, {result.calls / took:,.0f}/s")
    print(
        f"  {result.faults:,} true faults with 3 reporters or more, {result.incidents:,} incidents, {result.right:,} right"
    )
    print(f"  precision {result.precision:.3f}, recall {result.recall:.3f}")


if __name__ == "__main__":
    sys.exit(main())
