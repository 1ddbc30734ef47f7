"""Rows of care.outage: a new one under a free code, and the keys that look-ups compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.codes import new_outage_code
from care.place import area_key, ward_key
from care.tables import Outage


def new_outage(session: Session, values: Mapping[str, object]) -> Outage:
    """The row with its keys, under a code that is not taken."""
    keys = _keys(values)
    while True:
        row = insert(Outage).values(code=new_outage_code(), **keys, **values)
        outage: Outage | None = session.scalar(
            row.on_conflict_do_nothing(index_elements=[Outage.code]).returning(Outage)
        )
        if outage is not None:
            return outage


def new_imported(session: Session, many: Sequence[Mapping[str, object]]) -> Mapping[str, int]:
    """Many rows at once under free codes: {import key: id}. Each has its own `import_key`, which nobody has yet."""
    missing = {str(values["import_key"]): {**values, **_keys(values)} for values in many}
    ids: dict[str, int] = {}
    put = insert(Outage).on_conflict_do_nothing(index_elements=[Outage.code]).returning(Outage.import_key, Outage.id)
    while missing:
        rows = [{**values, "code": new_outage_code()} for values in missing.values()]
        ids |= {row.import_key: row.id for row in session.execute(put, rows)}
        missing = {key: values for key, values in missing.items() if key not in ids}
    return ids


def part_of(
    session: Session, outage: Outage, stations: Sequence[str], ends_at: datetime | None, now: datetime
) -> Outage:
    """A running outage of some of the stations of another, which has its beginning, cause and centre."""
    same = ("kind", "province", "starts_at", "reason", "centre", "area", "wards")
    values = {name: getattr(outage, name) for name in same}
    own = {"status": "running", "stations": sorted(stations), "ends_at": ends_at, "created_at": now}
    return new_outage(session, values | own)


def set_keys(outage: Outage) -> None:
    """Make the keys anew after area or wards have changed."""
    outage.area_key = padded_area_key(outage.area)
    outage.ward_keys = sorted({ward_key(ward) for ward in outage.wards})


def _keys(values: Mapping[str, object]) -> Mapping[str, object]:
    area, wards = str(values["area"]), list(values["wards"])  # type: ignore[call-overload]  # a list of names
    return {"area_key": padded_area_key(area), "ward_keys": sorted({ward_key(ward) for ward in wards})}


def padded_area_key(area: str) -> str:
    """The area's folded words between blanks, so that LIKE finds whole words only."""
    return f" {area_key(area)} "
