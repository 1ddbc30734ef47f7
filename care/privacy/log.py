"""The access log: one row for each time that private data left the care API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from care.due import UTC
from care.paging import newest_first
from care.privacy.shapes import AccessGiven, AccessPage, AccessQuery
from care.privacy.tables import Access
from care.wired import Care

KEPT = timedelta(days=730)


def note_access(care: Care, who: str, door: str, whose: Sequence[str], why: str | None) -> None:
    """Append one access to the data of each person; one commit."""
    if not whose:
        return
    same = {"at": care.now(), "who": who[:200], "door": door[:200], "why": why and why[:500]}
    with care.database.transaction() as session:
        session.execute(insert(Access), [{**same, "whose": one[:200]} for one in whose])
        session.commit()


def access_page(care: Care, query: AccessQuery) -> AccessPage:
    """The accesses that fit, newest first."""
    wanted = select(Access)
    if query.who is not None:
        wanted = wanted.where(Access.who == query.who)
    if query.whose is not None:
        wanted = wanted.where(Access.whose == query.whose)
    with care.database.transaction() as session:
        rows, following = newest_first(session, wanted, Access.id, query.limit, query.cursor)
    return AccessPage(items=[given(row) for row in rows], next=following)


def forget_accesses(care: Care) -> datetime:
    """Drop what is two years old; for a timer."""
    until = care.now() - KEPT
    with care.database.transaction() as session:
        session.execute(delete(Access).where(Access.at < until))
        session.commit()
    return until


def given(row: Access) -> AccessGiven:
    """An access as callers see it."""
    return AccessGiven(at=row.at.astimezone(UTC), who=row.who, door=row.door, whose=row.whose, why=row.why)
