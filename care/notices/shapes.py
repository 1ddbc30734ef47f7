"""The shapes of notices in the care API."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from care.shapes import Given, Page
from care.values import Code

NoticeStatus = Literal["waiting", "queued", "outside the window", "no way"]


class NoticeGiven(Given):
    """One notice and what became of it; all but `waiting` and `queued` mean: call instead."""

    key: str
    about: str
    text: str
    conversation_id: str | None
    email: str | None
    status: NoticeStatus
    call_instead: bool
    created_at: datetime
    handed_at: datetime | None


class NoticePage(Given):
    """One page of notices, newest first."""

    items: list[NoticeGiven]
    next: str | None


class NoticeQuery(Page):
    """Filters of the list of notices."""

    about: Code | None = None
    status: NoticeStatus | None = None
    call_instead: bool | None = None
