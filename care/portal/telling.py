"""Telling the portal each change of status, in order, again and again until it accepts."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import requests
from sqlalchemy import func, select

from care.due import UTC
from care.lifecycle import STATUSES
from care.portal.signing import signature
from care.portal.tables import PortalFile
from care.tables import Ticket, TicketEvent
from care.wired import Care

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600))
LEASE = timedelta(minutes=1)
REST = timedelta(seconds=10)
# A ticket that ended longer ago cannot be reopened any more.
WATCHED = timedelta(days=8)
TIMEOUT_S = (3.0, 10.0)


@dataclass(frozen=True)
class Portal:
    """Where status goes, and the secret that both sides sign with."""

    url: str
    secret: str


class PortalTeller:
    """One change at a time; a file's next change waits until the one before is accepted."""

    def __init__(self, care: Care, portal: Portal) -> None:
        self._care, self._portal = care, portal

    def work_once(self) -> bool:
        """Tell one change; False when none is due."""
        now = self._care.now()
        with self._care.database.transaction() as session:
            newer = (TicketEvent.ticket_id == PortalFile.ticket_id) & (TicketEvent.id > PortalFile.told_event)
            lately = Ticket.ended_at.is_(None) | (Ticket.ended_at > now - WATCHED)
            # What the portal has not accepted is told however long it takes.
            watched = PortalFile.withdrawn_at.is_(None) & (lately | (PortalFile.attempts > 0))
            row = session.execute(
                select(PortalFile, TicketEvent, Ticket.code)
                .join(TicketEvent, newer & TicketEvent.event.in_(STATUSES))
                .join(Ticket, Ticket.id == PortalFile.ticket_id)
                .where(PortalFile.due_at <= now, watched)
                .order_by(PortalFile.due_at, TicketEvent.id)
                .limit(1)
                .with_for_update(of=PortalFile, skip_locked=True)
            ).first()
            if row is None:
                return False
            file, event, code = row
            body = {
                "file_number": file.number,
                "code": code,
                "status": event.event,
                "at": event.at.astimezone(UTC).isoformat(),
                "note": event.note if event.event in ("rejected", "waiting_customer") else None,
            }
            number, event_id, attempts = file.number, event.id, file.attempts
            file.due_at = now + LEASE
            session.commit()
        accepted = self._accepted(body)
        with self._care.database.transaction() as session:
            file = session.get_one(PortalFile, number, with_for_update=True)
            if accepted:
                later = (TicketEvent.ticket_id == file.ticket_id) & (TicketEvent.id > event_id)
                more = session.scalar(select(TicketEvent.id).where(later, TicketEvent.event.in_(STATUSES)).limit(1))
                file.told_event, file.due_at = max(file.told_event, event_id), now
                file.attempts = 0 if more is None else 1  # a file that lags behind is told on, however old
            else:
                file.attempts, file.due_at = attempts + 1, now + PAUSES[min(attempts, len(PAUSES) - 1)]
            session.commit()
        return True

    def next_in_s(self) -> float | None:
        """Looks again every ten seconds, sooner when a try is due."""
        with self._care.database.transaction() as session:
            due = session.scalar(select(func.min(PortalFile.due_at)).where(PortalFile.attempts > 0))
        rest = REST.total_seconds()
        return rest if due is None else min(rest, max(0.1, (due - self._care.now()).total_seconds()))

    def _accepted(self, body: dict[str, str | None]) -> bool:
        content = json.dumps(body, ensure_ascii=False).encode()
        timestamp, nonce = str(int(self._care.now().timestamp())), secrets.token_hex(16)
        signed = signature(self._portal.secret, "POST", urlsplit(self._portal.url).path, timestamp, nonce, content)
        headers = {
            "Content-Type": "application/json",
            "X-Portal-Timestamp": timestamp,
            "X-Portal-Nonce": nonce,
            "X-Portal-Signature": signed,
        }
        try:
            answer = requests.post(
                self._portal.url, data=content, headers=headers, timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException:
            return False
        return 200 <= answer.status_code < 300
