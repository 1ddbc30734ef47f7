"""Still out after restoration: who was part of an incident that ended says that power is not back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.incidents.area import describe
from care.incidents.rules import Fault, Sighting
from care.incidents.tables import Incident, Report
from care.outage_rows import new_outage
from care.tables import Outage, OutageEvent

# Later than this, no power is a new fault.
STILL_OUT_WITHIN = timedelta(hours=12)


def reopened(session: Session, sighting: Sighting, now: datetime) -> Fault | None:
    """The incident that goes on at this person's station, from its first beginning; None when it is a new fault.

    An incident of one station is open again; of a larger one only this station is still out, as an incident of its own.
    """
    ended = session.scalar(
        select(Outage)
        .join(Report, Report.incident == Outage.code)
        .where(
            Outage.kind == "incident",
            Outage.status == "done",
            Outage.stations.contains([sighting.station]),
            Outage.ends_at.between(sighting.at - STILL_OUT_WITHIN, sighting.at),
            Report.person == sighting.person,
            Report.station == sighting.station,
        )
        .order_by(Outage.ends_at.desc())
        .limit(1)
        .with_for_update(of=Outage)
    )
    if ended is None:
        return None
    outage = ended if ended.stations == [sighting.station] else _left_over(session, ended, sighting.station, now)
    outage.status, outage.ends_at = "running", None
    session.add(OutageEvent(outage_id=outage.id, at=now, by="care", event="still out", note=sighting.station))
    session.flush()
    return Fault(outage.code, {sighting.station}, whole_feeder=False, starts_at=outage.starts_at)


def _left_over(session: Session, ended: Outage, station: str, now: datetime) -> Outage:
    same = ("kind", "province", "starts_at", "reason", "centre", "area", "wards")
    values = {name: getattr(ended, name) for name in same}
    rest = {"status": "running", "stations": [station], "ends_at": None, "created_at": now}
    outage = new_outage(session, values | rest)
    session.add(Incident(code=outage.code))
    describe(session, outage)
    session.add(
        OutageEvent(outage_id=outage.id, at=now, by="care", event="running", note=f"left over from {ended.code}")
    )
    return outage
