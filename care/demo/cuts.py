"""Invented outages around now: some running, some tomorrow, some later this week."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import psycopg

from care.codes import new_outage_code
from care.demo.network import SEED, words
from care.due import UTC, VIETNAM
from care.outage_rows import padded_area_key
from care.place import ward_key

LARGEST_SHARE = 0.01  # of all stations
STILL_RUNNING = timedelta(hours=1)


@dataclass(frozen=True)
class Cut:
    """An outage to invent: local start and end."""

    kind: str
    status: str
    starts: datetime
    ends: datetime


def running_cuts(now: datetime) -> list[Cut]:
    """What is dark now, the longest first."""
    half_past = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    return [
        Cut("planned", "running", half_past - timedelta(hours=1), half_past + timedelta(hours=10)),
        Cut("incident", "running", half_past - timedelta(minutes=30), half_past + timedelta(hours=3)),
        Cut("planned", "running", half_past - timedelta(hours=2), half_past + timedelta(hours=5)),
    ]


def planned_cuts(now: datetime) -> list[Cut]:
    """What will be dark: tomorrow and later this week."""

    def on(days: int, begins: time, hours: float) -> Cut:
        start = datetime.combine(now.date() + timedelta(days=days), begins, VIETNAM)
        return Cut("planned", "approved", start, start + timedelta(hours=hours))

    return [
        on(1, time(7, 30), 4),
        on(1, time(13, 30), 3),
        on(2, time(8), 3.5),
        on(4, time(6), 6),
        on(6, time(8), 2),
    ]


def refresh_cuts(connection: psycopg.Connection, now: datetime) -> int:
    """Drop past demonstration outages and invent what is missing; returns how many are new.

    Touches demonstration data only and at most one station in a hundred. Does not commit.
    """
    local = now.astimezone(VIETNAM)
    connection.execute("DELETE FROM care.outage WHERE demo AND ends_at <= %s", [now])
    rows = connection.execute("SELECT starts_at, ends_at, stations FROM care.outage WHERE demo").fetchall()
    cuts: list[Cut] = []
    if not any(starts <= now and ends > now + STILL_RUNNING for starts, ends, _ in rows):
        cuts += running_cuts(local)
    if not any(starts > now for starts, _, _ in rows):
        cuts += planned_cuts(local)
    touched = {code for _, _, codes in rows for code in codes}
    places = _free_stations(connection, touched, local, len(cuts))
    for cut, place in zip(cuts, places, strict=False):
        _insert(connection, cut, place, now)
    return min(len(cuts), len(places))


@dataclass(frozen=True)
class _Place:
    station: str
    ward: str
    province: str
    centre: str
    streets: Sequence[str]


def _free_stations(connection: psycopg.Connection, touched: set[str], local: datetime, wanted: int) -> Sequence[_Place]:
    """Different stations in different provinces, drawn anew each day, within the share that may be touched."""
    rows = connection.execute(
        "SELECT code, ward, province, centre FROM care.station WHERE demo ORDER BY code"
    ).fetchall()
    draw = random.Random(f"{SEED} {local:%Y-%m-%d}")
    draw.shuffle(rows)
    left = int(len(rows) * LARGEST_SHARE) - len(touched)
    by_province = {row[2]: row for row in rows if row[0] not in touched}
    chosen = list(by_province.values())[: max(0, min(left, wanted))]
    return [_Place(code, ward, province, centre, _streets(connection, code)) for code, ward, province, centre in chosen]


def _streets(connection: psycopg.Connection, station: str) -> Sequence[str]:
    of_station = "SELECT DISTINCT street FROM care.served_street WHERE station = %s ORDER BY street"
    return [street for (street,) in connection.execute(of_station, [station])]


def _insert(connection: psycopg.Connection, cut: Cut, place: _Place, now: datetime) -> None:
    lists = words()
    reasons = lists["reasons"][cut.kind]
    streets = ", ".join(place.streets)
    area = lists["area"].format(streets=streets, ward=place.ward, province=place.province)
    code = new_outage_code()
    row = connection.execute(
        "INSERT INTO care.outage (code, kind, status, area, area_key, stations, wards, ward_keys, province,"
        " starts_at, ends_at, reason, centre, demo, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, true, %s) RETURNING id",
        [
            code,
            cut.kind,
            cut.status,
            area,
            padded_area_key(area),
            [place.station],
            [place.ward],
            [ward_key(place.ward)],
            place.province,
            cut.starts.astimezone(UTC),
            cut.ends.astimezone(UTC),
            random.Random(f"{SEED} {place.station}").choice(reasons),
            place.centre,
            now,
        ],
    ).fetchone()
    event = "INSERT INTO care.outage_event (outage_id, at, by, event) VALUES (%s, %s, 'demo', %s)"
    connection.execute(event, [*(row or ()), now, cut.status])
