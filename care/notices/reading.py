"""Notices as callers of the API see them."""

from __future__ import annotations

from sqlalchemy import select

from care.notices.shapes import NoticeGiven, NoticePage, NoticeQuery
from care.notices.tables import NoticeRow
from care.paging import newest_first
from care.wired import Care

TOLD = ("waiting", "queued")


def notice_page(care: Care, query: NoticeQuery) -> NoticePage:
    """The notices that fit all filters, newest first."""
    wanted = select(NoticeRow)
    if query.about is not None:
        wanted = wanted.where(NoticeRow.about == query.about)
    if query.status is not None:
        wanted = wanted.where(NoticeRow.status == query.status)
    if query.call_instead is not None:
        told = NoticeRow.status.in_(TOLD)
        wanted = wanted.where(~told if query.call_instead else told)
    with care.database.transaction() as session:
        rows, following = newest_first(session, wanted, NoticeRow.id, query.limit, query.cursor)
    return NoticePage(items=[_given(row) for row in rows], next=following)


def _given(row: NoticeRow) -> NoticeGiven:
    return NoticeGiven.model_validate(
        {
            "key": row.key,
            "about": row.about,
            "text": row.text,
            "conversation_id": row.conversation_id,
            "email": row.email,
            "status": row.status,
            "call_instead": row.status not in TOLD,
            "created_at": row.created_at,
            "handed_at": row.handed_at,
        }
    )
