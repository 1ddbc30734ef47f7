"""Handing notices over: to the conversation they belong to, else to mail, else to a person with a telephone."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.notices.tables import NoticeRow
from care.wired import Care
from conversations import Button, Content, Posted, post_notice

BATCH = 50
OURS = re.compile(r"[0-9]{1,18}")  # the spine's own conversations have numbers


class Mailer(Protocol):
    """Queues a mail inside the caller's transaction; the same key again changes nothing."""

    def __call__(
        self, session: Session, key: str, to: str, subject: str, text: str, in_reply_to: str | None, now: datetime
    ) -> None:
        """Queue it."""


class NoticeOutbox:
    """Hands out the waiting notices, oldest first; the news and its message are one commit, so each is told once."""

    def __init__(self, care: Care, mail: Mailer | None = None) -> None:
        self._care = care
        self._mail = mail

    def work_once(self) -> bool:
        """Hand over one batch; False when none waits."""
        now = self._care.now()
        with self._care.database.transaction() as session:
            waiting = (
                select(NoticeRow)
                .where(NoticeRow.status == "waiting")
                .order_by(NoticeRow.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
            notices = list(session.scalars(waiting))
            # One order everywhere, so that two batches with the same conversations cannot block each other.
            for notice in sorted(notices, key=lambda one: (one.conversation_id or "", one.id)):
                notice.status = self._hand(session, notice, now)
                notice.handed_at = now
            session.commit()
        return bool(notices)

    def next_in_s(self) -> float | None:
        """None: whoever queues a notice wakes the loop."""
        return None

    def _hand(self, session: Session, notice: NoticeRow, now: datetime) -> str:
        posted: Posted = "unknown"
        if OURS.fullmatch(notice.conversation_id or ""):
            buttons = tuple(Button(**button) for button in notice.buttons)
            content = Content(text=notice.text, buttons=buttons)
            posted = post_notice(session.connection(), int(notice.conversation_id or ""), content, now)
        if posted != "queued" and notice.email and self._mail is not None:
            subject = notice.subject or notice.about
            self._mail(session, f"notice:{notice.key}", notice.email, subject, notice.text, notice.in_reply_to, now)
            return "queued"
        return "no way" if posted == "unknown" else posted
