"""Outages: planned, changed, moved on by the clock. Each use case is one commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, case, or_, select, update

from care import outage_life
from care.codes import outage_code
from care.customers import known_province
from care.errors import Invalid, NotFound
from care.idempotency import Answer, Call, once
from care.incidents.links import lock_feeders_of
from care.incidents.news import outage_changed
from care.outage_rows import new_outage, set_keys
from care.outage_search import outage_given
from care.shapes import OutageChange, OutageGiven, OutagePlan
from care.tables import Outage, OutageEvent
from care.wired import Care


def plan_outage(care: Care, plan: OutagePlan, call: Call | None) -> Answer:
    """A new outage (201). Raises Invalid (end before start, unknown province), KeyReused."""
    province = known_province(plan.province)
    _check_times(plan.kind, plan.starts_at, plan.ends_at)
    now = care.now()
    values = {
        **plan.model_dump(include={"kind", "status", "area", "stations", "wards", "starts_at", "ends_at", "reason"}),
        "province": province,
        "centre": plan.centre or care.catalogue.centre_of[province],
        "demo": False,
        "created_at": now,
    }

    def work() -> Answer:
        outage = new_outage(session, values)
        session.add(OutageEvent(outage_id=outage.id, at=now, by=plan.by or "api", event=plan.status, note=None))
        return Answer(201, outage_given(outage).model_dump_json())

    with care.database.transaction() as session:
        answer = once(session, call, now, work)
        session.commit()
    return answer


def change_outage(care: Care, code: str, change: OutageChange) -> OutageGiven:
    """What became different; appended to the outage's events. Raises NotFound, Invalid, NotAllowed."""
    fields = change.model_dump(exclude_none=True, exclude={"by", "note"})
    with care.database.transaction() as session:
        known = outage_code(code)
        lock_feeders_of(session, known)
        outage = session.scalar(select(Outage).where(Outage.code == known).with_for_update())
        if outage is None:
            raise NotFound("outage", code)
        if change.status is not None:
            outage_life.check(outage.kind, outage.status, change.status)  # type: ignore[arg-type]  # CHECKed by the table
        changed = {name: getattr(outage, name) for name, new in fields.items() if getattr(outage, name) != new}
        for name in changed:
            setattr(outage, name, fields[name])
        _check_times(outage.kind, outage.starts_at, outage.ends_at)
        set_keys(outage)
        if changed:
            event = outage.status if "status" in changed else "changed"
            note = "; ".join(filter(None, [change.note, ", ".join(changed)]))
            by, now = change.by or "api", care.now()
            session.add(OutageEvent(outage_id=outage.id, at=now, by=by, event=event, note=note))
            outage_changed(session, outage, changed, now, by)
        given = outage_given(outage)
        session.commit()
    return given


def advance_outages(care: Care) -> int:
    """Move outages on by the clock; for a timer, any number of times. Returns how many changed.

    A plan runs from its start and is done at its end; an incident past its expected end is overrun,
    since only people can say that power is back.
    """
    now = care.now()
    over = Outage.ends_at <= now
    started = and_(Outage.status == "approved", Outage.starts_at <= now)
    ended = and_(Outage.status == "running", over)
    status = case(
        (and_(Outage.kind == "planned", over), "done"),
        (over, "overrun"),
        else_="running",
    )
    with care.database.transaction() as session:
        moved = session.execute(
            update(Outage)
            .where(or_(started, ended))
            .values(status=status)
            .returning(Outage.id, Outage.status)
            .execution_options(synchronize_session=False)
        ).all()
        session.add_all(OutageEvent(outage_id=row.id, at=now, by="clock", event=row.status, note=None) for row in moved)
        session.commit()
    return len(moved)


def _check_times(kind: str, starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is None and kind == "planned":
        raise Invalid("ends_at", "a planned outage has an end")
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid("ends_at", "not after starts_at")
