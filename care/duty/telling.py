"""Telling the staff's group: each alert as one message, changed when somebody has it in hand or it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import func, select

from care.duty.alerts import TEXTS
from care.duty.tables import DutyAlert
from care.incidents.words import moment
from care.wired import Care
from care.words import words_in

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
LONGEST_PAUSE_S = 300.0
MOST_ATTEMPTS = 50


class NotTold(Exception):
    """The group could not be told; worth another try, after `after_s` seconds when that is known."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


@dataclass(frozen=True)
class Notice:
    """What the group reads of an alert; `button` is the title of the one below it, None once it is in hand or over."""

    alert_id: int
    text: str
    button: str | None


class Pager(Protocol):
    """The staff's group on some platform."""

    def tell(self, notice: Notice) -> str:
        """A new message → its id; raises NotTold."""

    def change(self, message_id: str, notice: Notice) -> None:
        """The message as it reads now; the same again does nothing. Raises NotTold."""


class DutyOutbox:
    """Brings what the group reads up to date, oldest first.

    Killed between the platform's "accepted" and our commit, it tells that one alert a second time.
    """

    def __init__(self, care: Care, pager: Pager) -> None:
        self._care, self._pager = care, pager

    def work_once(self) -> bool:
        """Tell or change one message; False when none waits."""
        alert = self._claim()
        if alert is None:
            return False
        try:
            message_id = self._tell(alert)
        except NotTold as error:
            log.warning("duty not told", alert=alert.id, attempts=alert.attempts, reason=str(error))
            self._finish(alert, alert.message_id, self._care.now() + _pause(alert.attempts, error.after_s))
            return True
        self._finish(alert, message_id, None)
        return True

    def next_in_s(self) -> float | None:
        """Seconds until an alert is due; None when none waits."""
        with self._care.database.transaction() as session:
            due = session.scalar(select(func.min(DutyAlert.tell_at)))
        return None if due is None else (due - self._care.now()).total_seconds()

    def _claim(self) -> DutyAlert | None:
        now = self._care.now()
        waiting = select(DutyAlert).where(DutyAlert.tell_at <= now).order_by(DutyAlert.tell_at).limit(1)
        with self._care.database.transaction() as session:
            alert = session.scalar(waiting.with_for_update(skip_locked=True))
            if alert is not None:
                alert.tell_at, alert.attempts = now + LEASE, alert.attempts + 1
                session.commit()
        return alert

    def _tell(self, alert: DutyAlert) -> str:
        notice = notice_of(alert, self._care.now())
        if alert.message_id is None:
            return self._pager.tell(notice)
        self._pager.change(alert.message_id, notice)
        return alert.message_id

    def _finish(self, told: DutyAlert, message_id: str | None, again_at: datetime | None) -> None:
        """Keep what was told. What happened to the alert meanwhile is told next."""
        given_up = again_at is not None and told.attempts >= MOST_ATTEMPTS
        with self._care.database.transaction() as session:
            alert = session.scalars(select(DutyAlert).where(DutyAlert.id == told.id).with_for_update()).one()
            changed = (alert.acknowledged_at, alert.ended_at) != (told.acknowledged_at, told.ended_at)
            alert.message_id = message_id
            alert.attempts = 0 if again_at is None else alert.attempts
            alert.tell_at = self._care.now() if changed else None if given_up else again_at
            session.commit()


def notice_of(alert: DutyAlert, now: datetime) -> Notice:
    """What the group should read of `alert` now."""
    texts = words_in(TEXTS)
    lines = [texts[alert.kind].format(**alert.facts)]
    if alert.acknowledged_at is not None:
        by = (alert.acknowledged_by or "").partition(" (")[0]
        lines.append(texts["acknowledged"].format(by=by, time=moment(alert.acknowledged_at, now)))
    if alert.ended_at is not None:
        lines.append(texts["ended"].format(time=moment(alert.ended_at, now)))
    settled = alert.acknowledged_at is not None or alert.ended_at is not None
    return Notice(alert.id, "\n".join(lines), None if settled else texts["acknowledge"])


def _pause(attempts: int, after_s: float | None) -> timedelta:
    return timedelta(seconds=min(after_s or 2.0**attempts, LONGEST_PAUSE_S))
