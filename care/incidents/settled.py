"""Most reports of a storm: the station is part of an open incident that cannot grow any more."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import psycopg

from care.incidents.links import feeder_name
from care.locks import LOCK, numbers_of

SETTLED = """
SELECT outage.code, outage.ends_at FROM care.outage LEFT JOIN care.incident USING (code)
 WHERE outage.kind = 'incident' AND outage.status IN ('running', 'overrun') AND outage.stations @> ARRAY[%s]
       AND (incident.code IS NULL OR incident.held OR incident.whole_feeder)
 ORDER BY outage.id LIMIT 1"""


class Settled(NamedTuple):
    """An open incident, and when it is expected to end."""

    code: str
    ends_at: datetime | None


def settled_at(driver: psycopg.Connection, station: str) -> Settled | None:
    """The incident that a report from there joins as it is; the caller holds the station's feeder."""
    row = driver.execute(SETTLED, [station]).fetchone()
    return Settled(*row) if row else None


def hold_and_look(driver: psycopg.Connection, station: str, feeder: str) -> Settled | None:
    """The same; the feeder is held from here until the transaction ends. One trip for both."""
    with driver.pipeline():
        driver.execute(LOCK, [numbers_of(feeder_name(feeder))])
        return settled_at(driver, station)
