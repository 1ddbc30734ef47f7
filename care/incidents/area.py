"""An incident's place: its stations in words, as customers of other houses would recognise it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.incidents.tables import ServedStreet
from care.incidents.words import texts
from care.outage_rows import set_keys
from care.tables import Outage, Station

MOST_NAMES = 4


def describe(session: Session, outage: Outage) -> None:
    """Write area, wards and province anew from the outage's stations."""
    of_these = select(Station.ward, Station.province).where(Station.code.in_(outage.stations)).distinct()
    places = sorted((ward, province) for ward, province in session.execute(of_these))
    if not places:
        return
    streets = sorted(
        set(session.scalars(select(ServedStreet.street).where(ServedStreet.station.in_(outage.stations)).distinct()))
    )
    words = texts()
    outage.wards = sorted({ward for ward, _ in places})
    parts = {"wards": _listed(outage.wards), "province": places[0][1], "streets": _listed(streets)}
    outage.area = words["area_streets" if streets else "area_wards"].format(**parts)
    set_keys(outage)


def _listed(names: list[str]) -> str:
    listed = ", ".join(names[:MOST_NAMES])
    return listed if len(names) <= MOST_NAMES else texts()["and_more"].format(names=listed)
