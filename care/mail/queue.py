"""What letters coming in and going out have in common: a queue in a table, worked off by due time."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.mail.tables import MailIn, MailOut
from care.wired import Care

Row = TypeVar("Row", MailIn, MailOut)


def first_due(session: Session, table: type[Row], now: datetime) -> Row | None:
    """The letter that has been due longest, held until commit; those that another worker holds are passed over."""
    return session.scalar(
        select(table)
        .where(table.status == "waiting", table.due_at <= now)
        .order_by(table.due_at, table.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def seconds_to_next(care: Care, table: type[MailIn] | type[MailOut]) -> float | None:
    """Seconds until a letter is due; None when none waits."""
    with care.database.transaction() as session:
        due = session.scalar(select(func.min(table.due_at)).where(table.status == "waiting"))
    return None if due is None else max(0.0, (due - care.now()).total_seconds())
