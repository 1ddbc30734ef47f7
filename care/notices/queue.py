"""Queueing a notice: part of the transaction that makes the news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.notices.tables import NoticeRow

NOTICES = "care_notices"


@dataclass(frozen=True)
class Notice:
    """One piece of news for one customer, in Vietnamese.

    `key` names what is told to whom and is told once. `about` is the ticket's or outage's code. A conversation is
    preferred to mail; with neither, a person has to call. `buttons` are (title, payload).
    """

    key: str
    about: str
    text: str
    conversation_id: str | None = None
    email: str | None = None
    subject: str | None = None
    in_reply_to: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()


def queue_notice(session: Session, notice: Notice, now: datetime) -> None:
    """One notice, inside the caller's transaction; the same key again changes nothing."""
    queue_notices(session, [notice], now)


def queue_notices(session: Session, notices: Sequence[Notice], now: datetime) -> None:
    """Many notices at once."""
    if not notices:
        return
    rows = [
        {
            "key": notice.key,
            "about": notice.about,
            "text": notice.text,
            "buttons": [{"title": title, "payload": payload} for title, payload in notice.buttons],
            "conversation_id": notice.conversation_id,
            "email": notice.email,
            "subject": notice.subject,
            "in_reply_to": notice.in_reply_to,
            "created_at": now,
        }
        for notice in notices
    ]
    session.execute(insert(NoticeRow).on_conflict_do_nothing(index_elements=[NoticeRow.key]), rows)
    session.execute(text("SELECT pg_notify(:topic, '')"), {"topic": NOTICES})
