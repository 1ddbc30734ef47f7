"""Still out after restoration: who was part of an incident that ended says that power is not back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import any_, select
from sqlalchemy.orm import Session

from care.incidents.area import describe
from care.incidents.rules import Fault, Sighting
from care.incidents.tables import Incident, Report
from care.outage_rows import part_of
from care.tables import Outage, OutageEvent

# Later than this, no power is a new fault.
STILL_OUT_WITHIN = timedelta(hours=12)
# No report of an incident that was restored within that time is older than this.
LONGEST_INCIDENT = timedelta(days=30)
Restored = Mapping[tuple[str, str], str]


def lately_restored(session: Session, sightings: Sequence[Sighting]) -> Restored:
    """The last incident that ended lately, by (person, station) of these who were part of one."""
    rows = session.execute(
        select(Report.person, Report.station, Outage.code)
        .join(Outage, Outage.code == Report.incident)
        .where(
            Report.station.in_({one.station for one in sightings}),
            Report.person.in_({one.person for one in sightings}),
            Report.at >= min(one.at for one in sightings) - LONGEST_INCIDENT,
            Outage.kind == "incident",
            Outage.status == "done",
            Report.station == any_(Outage.stations),
            Outage.ends_at >= min(one.at for one in sightings) - STILL_OUT_WITHIN,
        )
        .order_by(Outage.ends_at)
    )
    return {(person, station): code for person, station, code in rows}


def reopened(session: Session, restored: Restored, sighting: Sighting, now: datetime) -> Fault | None:
    """The incident that goes on at this person's station, from its first beginning; None when it is a new fault.

    An incident of one station is open again; of a larger one only this station is still out, as an incident of its own.
    """
    code = restored.get((sighting.person, sighting.station))
    ended = session.scalar(select(Outage).where(Outage.code == code).with_for_update()) if code else None
    if ended is None or ended.status != "done":
        return None
    outage = ended if ended.stations == [sighting.station] else _left_over(session, ended, sighting.station, now)
    outage.status, outage.ends_at = "running", None
    session.add(OutageEvent(outage_id=outage.id, at=now, by="care", event="still out", note=sighting.station))
    session.flush()
    return Fault(outage.code, {sighting.station}, whole_feeder=False, starts_at=outage.starts_at)


def _left_over(session: Session, ended: Outage, station: str, now: datetime) -> Outage:
    outage = part_of(session, ended, [station], None, now)
    session.add(Incident(code=outage.code))
    describe(session, outage)
    session.add(
        OutageEvent(outage_id=outage.id, at=now, by="care", event="running", note=f"left over from {ended.code}")
    )
    return outage
