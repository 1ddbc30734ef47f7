"""The figures of a month from the tables: reliability by province and centre, and how requests were served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from care.due import UTC, VIETNAM
from care.reliability.indices import Dark, indices
from care.reliability.shapes import QualityGiven, ReliabilityGiven
from care.tables import Customer, Outage, Station, Ticket

# Planned outages that took place, and incidents that were not merged into another.
HAPPENED = ("running", "done", "overrun")


def month_of(text: str) -> tuple[datetime, datetime]:
    """A month as "2026-10" in Vietnamese time: its first moment and the next month's. Raises ValueError."""
    first = date.fromisoformat(f"{text}-01")
    following = (first + timedelta(days=32)).replace(day=1)
    begin, end = (datetime.combine(day, datetime.min.time(), VIETNAM) for day in (first, following))
    return begin.astimezone(UTC), end.astimezone(UTC)


def reliability(
    session: Session, month: str, now: datetime, by: Literal["province", "centre"] = "province"
) -> list[ReliabilityGiven]:
    """SAIDI, SAIFI and CAIDI of each province or centre that has customers. Raises ValueError for a strange month."""
    first, end = month_of(month)
    served = dict(_counts(session, getattr(Customer, by)))
    darks = _darks(session, first, min(end, now))
    stations = sorted({dark.station for dark in darks})
    area_of = {
        row[0]: row[1]
        for row in session.execute(select(Station.code, getattr(Station, by)).where(Station.code.in_(stations)))
    }
    at_these = select(Customer.station, func.count()).where(Customer.station.in_(stations)).group_by(Customer.station)
    customers_at = {row[0]: row[1] for row in session.execute(at_these)}
    of_area = defaultdict[str, list[Dark]](list)
    for dark in darks:
        if dark.station in area_of:
            of_area[area_of[dark.station]].append(dark)
    given = []
    for area in sorted(served):
        found = indices(of_area[area], customers_at, served[area], first, end, min(now, end))
        shape = ReliabilityGiven(
            area=area,
            month=month,
            customers=found.customers,
            interruptions=found.interruptions,
            saidi=round(found.saidi, 3),
            saifi=round(found.saifi, 4),
            caidi=round(found.caidi, 3) if found.caidi is not None else None,
        )
        given.append(shape)
    return given


def quality(session: Session, month: str) -> list[QualityGiven]:
    """How each centre served the requests of a month, by service. Raises ValueError for a strange month."""
    first, end = month_of(month)
    ended = Ticket.status.in_(("done", "rejected"))
    in_time = and_(ended, Ticket.ended_at <= Ticket.due_at)
    took = case((ended, func.extract("epoch", Ticket.ended_at - Ticket.created_at)))
    rows = session.execute(
        select(
            Ticket.centre,
            Ticket.service,
            func.count(),
            func.count(case((ended, 1))),
            func.count(case((and_(ended, Ticket.due_at.is_not(None)), 1))),
            func.count(case((in_time, 1))),
            func.percentile_cont(0.5).within_group(took),
        )
        .where(Ticket.created_at >= first, Ticket.created_at < end, Ticket.service != "CALLBACK")
        .group_by(Ticket.centre, Ticket.service)
        .order_by(Ticket.centre, Ticket.service)
    )
    return [
        QualityGiven(
            centre=centre,
            service=service,
            month=month,
            requests=requests,
            ended=finished,
            in_time_percent=round(100 * punctual / promised, 1) if promised else None,
            median_hours=round(float(median) / 3600, 2) if median is not None else None,
        )
        for centre, service, requests, finished, promised, punctual, median in rows
    ]


def _counts(session: Session, column: object) -> Sequence[tuple[str, int]]:
    counted = session.execute(select(column, func.count()).select_from(Customer).group_by(column))  # type: ignore[call-overload]  # a column
    return [(row[0], row[1]) for row in counted]


def _darks(session: Session, first: datetime, end: datetime) -> list[Dark]:
    over = func.coalesce(Outage.ends_at, end) > first
    rows = session.execute(
        select(Outage.stations, Outage.starts_at, Outage.ends_at, Outage.status, Outage.kind).where(
            Outage.status.in_(HAPPENED), Outage.starts_at < end, or_(over, Outage.status == "overrun")
        )
    )
    darks = []
    for stations, starts_at, ends_at, status, kind in rows:
        # An expected end is not yet an end; a plan ends by its schedule.
        known = ends_at if status == "done" or (kind == "planned" and status == "running") else None
        darks += [Dark(station, starts_at, known) for station in stations]
    return darks
