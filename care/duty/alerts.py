"""Raising alerts, each subject once, and acknowledging them; every use case is one commit and may run in many processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.duty.tables import DutyAlert
from care.incidents.words import moment
from care.tables import Json, Outage, OutageEvent, Ticket, TicketEvent
from care.wired import Care
from care.words import words_in

TEXTS = Path(__file__).parent / "texts.yml"
# What is older than this when the alerts are switched on, or after a long standstill, is no news to anybody on duty.
LATEST = timedelta(hours=1)
BATCH = 100
DANGER = "P0"
TROUBLES = ("channel", "failing", "waiting", "token")


def raise_news(care: Care) -> int:
    """Alerts for the new tickets of danger and the new incidents → how many."""
    now = care.now()
    with care.database.transaction() as session:
        raised = sum(
            _raise(session, "ticket", t.code, _ticket_facts(care, t, now), now) for t in _dangers(session, now)
        )
        raised += sum(
            _raise(session, "incident", o.code, _incident_facts(o, now), now) for o in _incidents(session, now)
        )
        session.commit()
    return raised


@dataclass(frozen=True)
class Trouble:
    """Something wrong with an account of a platform; `kind` is one of TROUBLES, `detail` fills its sentence."""

    kind: str
    channel: str
    account: str
    detail: str

    @property
    def subject(self) -> str:
        """What makes it the same trouble as before."""
        return f"{self.kind}:{self.channel}/{self.account}"


def raise_trouble(care: Care, trouble: Trouble) -> bool:
    """An alert for it; False when there is one that has not ended."""
    now = care.now()
    facts: Json = {
        "channel": trouble.channel,
        "account": trouble.account,
        "reason": trouble.detail,
        "time": moment(now, now),
    }
    with care.database.transaction() as session:
        raised = _raise(session, trouble.kind, f"{trouble.channel}/{trouble.account}", facts, now)
        session.commit()
    return raised


def open_troubles(care: Care) -> set[str]:
    """The subjects of those that have not ended."""
    still = select(DutyAlert.subject).where(DutyAlert.kind.in_(TROUBLES), DutyAlert.ended_at.is_(None))
    with care.database.transaction() as session:
        return set(session.scalars(still))


def end_troubles(care: Care, still: set[str]) -> int:
    """End the alerts of troubles whose subject is not among `still` → how many."""
    now = care.now()
    over = (
        update(DutyAlert)
        .where(DutyAlert.kind.in_(TROUBLES), DutyAlert.ended_at.is_(None), DutyAlert.subject.not_in(still))
        .values(ended_at=now, tell_at=now)
        .returning(DutyAlert.id)
    )
    with care.database.transaction() as session:
        ended = session.scalars(over).all()
        session.commit()
    return len(ended)


def acknowledge(care: Care, alert_id: int, by: str) -> bool:
    """Somebody has it in hand: kept with the alert and in the history of what it is about. The first one counts.

    False for an unknown alert or one that somebody else has.
    """
    now = care.now()
    with care.database.transaction() as session:
        alert = session.scalar(select(DutyAlert).where(DutyAlert.id == alert_id).with_for_update())
        if alert is None or alert.acknowledged_at is not None:
            return False
        alert.acknowledged_at, alert.acknowledged_by, alert.tell_at = now, by, now
        _note(session, alert, by, now)
        session.commit()
    return True


def _note(session: Session, alert: DutyAlert, by: str, now: datetime) -> None:
    code = alert.subject.partition(":")[2]
    if alert.kind == "ticket":
        ticket = session.scalar(select(Ticket).where(Ticket.code == code).with_for_update())
        if ticket is not None:
            ticket.version += 1
            session.add(TicketEvent(ticket_id=ticket.id, at=now, by=by, event="acknowledged", note=None, facts=None))
    elif alert.kind == "incident":
        outage_id = session.scalar(select(Outage.id).where(Outage.code == code))
        if outage_id is not None:
            session.add(OutageEvent(outage_id=outage_id, at=now, by=by, event="acknowledged", note=None))


def _raise(session: Session, kind: str, name: str, facts: Json, now: datetime) -> bool:
    row = insert(DutyAlert).values(subject=f"{kind}:{name}", kind=kind, facts=facts, raised_at=now, tell_at=now)
    once = row.on_conflict_do_nothing(index_elements=[DutyAlert.subject], index_where=DutyAlert.ended_at.is_(None))
    return session.scalar(once.returning(DutyAlert.id)) is not None


def _dangers(session: Session, now: datetime) -> list[Ticket]:
    known = select(DutyAlert.id).where(DutyAlert.subject == func.concat("ticket:", Ticket.code)).exists()
    fresh = select(Ticket).where(Ticket.priority == DANGER, Ticket.created_at > now - LATEST, ~known)
    return list(session.scalars(fresh.order_by(Ticket.created_at).limit(BATCH)))


def _incidents(session: Session, now: datetime) -> list[Outage]:
    known = select(DutyAlert.id).where(DutyAlert.subject == func.concat("incident:", Outage.code)).exists()
    fresh = select(Outage).where(
        Outage.kind == "incident", Outage.starts_at > now - LATEST, Outage.demo.is_(False), ~known
    )
    return list(session.scalars(fresh.order_by(Outage.starts_at).limit(BATCH)))


def _ticket_facts(care: Care, ticket: Ticket, now: datetime) -> Json:
    told = [ticket.address.get("ward"), ticket.address.get("province")]
    place = ", ".join(str(part) for part in told if part)
    return {
        "code": ticket.code,
        "priority": ticket.priority,
        "service": care.catalogue.services[ticket.service].name_vi,
        "centre": ticket.centre,
        "place": place or words_in(TEXTS)["somewhere"],
        "time": moment(ticket.created_at, now),
    }


def _incident_facts(outage: Outage, now: datetime) -> Json:
    return {"code": outage.code, "centre": outage.centre, "area": outage.area, "time": moment(outage.starts_at, now)}
