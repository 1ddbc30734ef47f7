"""Importing a schedule: good rows become planned outages, a changed row changes its outage, bad rows are told.

An outage is known by centre, place and start, so that the same file can be imported again. Each batch is one commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from care.customers import known_province
from care.errors import Invalid
from care.incidents.news import plan_changed
from care.outage_rows import new_imported, set_keys
from care.place import area_key
from care.schedules.reading import Row, rows_of
from care.schedules.rows import BadRow, Planned, planned
from care.shapes import Given
from care.tables import Outage, OutageEvent, Station
from care.wired import Care

BATCH = 500
MOST_TOLD = 1_000
# What has begun is not changed back by a schedule.
CHANGEABLE = ("approved", "postponed", "cancelled")


class BadRowGiven(Given):
    """A row that was not taken."""

    line: int
    reason: str


class ImportGiven(Given):
    """What became of a file: rows in all, taken anew, changed, known already, and the first thousand that are bad."""

    rows: int
    new: int
    changed: int
    same: int
    bad_count: int
    bad: list[BadRowGiven]


@dataclass
class _Tally:
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    bad_count: int = 0
    bad: list[BadRowGiven] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        self.bad_count += 1
        if len(self.bad) < MOST_TOLD:
            self.bad.append(BadRowGiven(line=line, reason=reason))


def import_schedule(care: Care, file: IO[bytes], centre: str, province: str = "", by: str = "import") -> ImportGiven:
    """Take a schedule of one centre in. Raises Invalid for an unknown centre or province, and an unreadable file."""
    known = {one.code for one in care.catalogue.places.centres}
    if centre not in known:
        raise Invalid("centre", f"one of {', '.join(sorted(known))}")
    whole = known_province(province) if province else ""
    tally = _Tally()
    rows = rows_of(file)
    while batch := list(islice(rows, BATCH)):
        tally.rows += len(batch)
        with care.database.transaction() as session:
            _take(care, session, batch, centre, whole, by, tally)
            session.commit()
    return ImportGiven(**vars(tally))


def _take(care: Care, session: Session, batch: list[Row], centre: str, province: str, by: str, tally: _Tally) -> None:
    now = care.now()
    good = list(_understood(batch, province, tally))
    stations = {
        row.code: row
        for row in session.scalars(
            select(Station).where(Station.code.in_({one.station for _, one in good if one.station}))
        )
    }
    wanted = dict[str, dict[str, object]]()
    for line, one in good:
        try:
            key, values = _values(one, stations.get(one.station), centre)
        except BadRow as why:
            tally.refuse(line, str(why))
            continue
        tally.same += key in wanted
        wanted[key] = values
    there = {row.import_key: row for row in session.scalars(select(Outage).where(Outage.import_key.in_(list(wanted))))}
    new = [
        values | {"kind": "planned", "import_key": key, "created_at": now}
        for key, values in wanted.items()
        if key not in there
    ]
    numbers = new_imported(session, new)
    events: list[tuple[int, str, str | None]] = [
        (numbers[str(one["import_key"])], str(one["status"]), None) for one in new
    ]
    tally.new += len(new)
    for known, outage in there.items():
        if changed := _change(outage, wanted[str(known)]):
            events.append((outage.id, outage.status if "status" in changed else "changed", ", ".join(changed)))
            plan_changed(session, outage, changed, now)
            tally.changed += 1
        else:
            tally.same += 1
    rows = [{"outage_id": number, "at": now, "by": by, "event": event, "note": note} for number, event, note in events]
    if rows:
        session.execute(insert(OutageEvent), rows)


def _understood(batch: list[Row], province: str, tally: _Tally) -> Iterator[tuple[int, Planned]]:
    for line, row in batch:
        try:
            yield line, planned(row, province)
        except BadRow as why:
            tally.refuse(line, str(why))


def _values(one: Planned, station: Station | None, centre: str) -> tuple[str, dict[str, object]]:
    """The key and the columns of an outage; raises BadRow for a place that is not certain."""
    if station is not None:
        wards, province = [station.ward], station.province
    elif one.station and not one.area:
        raise BadRow(f"unknown station {one.station[:40]}")
    elif one.place.candidates:
        names = "; ".join(f"{ward.name}, {ward.province}" for ward in one.place.candidates[:5])
        raise BadRow(f"the ward may be one of several: {names}")
    else:
        wards, province = [one.place.ward.name] if one.place.ward else [], one.province
    if not province:
        raise BadRow("the province is not known")
    area = one.area or f"{wards[0]}, {province}"
    place = station.code if station is not None else area_key(area)
    key = hashlib.sha256(f"{centre}|{place}|{one.starts_at.isoformat()}".encode()).hexdigest()
    values: dict[str, object] = {
        "status": one.status,
        "area": area,
        "stations": [station.code] if station is not None else [],
        "wards": wards,
        "province": province,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "reason": one.reason,
        "centre": centre,
    }
    return key, values


def _change(outage: Outage, values: dict[str, object]) -> dict[str, object]:
    """Write what is different into an outage that has not begun; the old values of what changed."""
    if outage.status not in CHANGEABLE:
        return {}
    changed = {name: getattr(outage, name) for name, value in values.items() if getattr(outage, name) != value}
    for name in changed:
        setattr(outage, name, values[name])
    if changed:
        set_keys(outage)
    return changed
