"""Handing notices over: to the conversation they belong to, else to mail, else to a person with a telephone."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from care.notices.tables import NoticeRow
from care.tables import Ticket, TicketEvent
from care.wired import Care
from conversations import Button, Content, PostedNotice, Template, arrivals, post_notice

BATCH = 50
LOOKED_AT = 5_000
TICKET = "YC"
LONGEST_VALUE = 200  # of a template's blank
OURS = re.compile(r"[0-9]{1,18}")  # the spine's own conversations have numbers


class Mailer(Protocol):
    """Queues a mail inside the caller's transaction; the same key again changes nothing."""

    def __call__(
        self, session: Session, key: str, to: str, subject: str, text: str, in_reply_to: str | None, now: datetime
    ) -> None:
        """Queue it."""


class NoticeOutbox:
    """Hands out the waiting notices, oldest first; the news and its message are one commit, so each is told once."""

    def __init__(self, care: Care, mail: Mailer | None = None, paid: Collection[tuple[str, str]] = frozenset()) -> None:
        self._care = care
        self._mail = mail
        self._paid = paid

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
        posted = PostedNotice("unknown")
        if OURS.fullmatch(notice.conversation_id or ""):
            number = int(notice.conversation_id or "")
            posted = post_notice(session.connection(), number, self._content(notice), now, self._paid)
        notice.message_id = posted.message_id
        if posted.status != "queued" and _mailed(self._mail, session, notice, now):
            return "queued"
        return "no way" if posted.status == "unknown" else posted.status

    def _content(self, notice: NoticeRow) -> Content:
        buttons = tuple(Button(**button) for button in notice.buttons)
        values = (("code", notice.about), ("text", notice.text[:LONGEST_VALUE]))
        template = Template("ticket" if notice.about.startswith(TICKET) else "outage", values)
        return Content(text=notice.text, buttons=buttons, template=template if self._paid else None)


class NoticeArrivals:
    """Looks after notices that were queued in a conversation: one that did not arrive goes by mail, else a person calls. A
    ticket's history tells why."""

    def __init__(self, care: Care, mail: Mailer | None = None) -> None:
        self._care = care
        self._mail = mail

    def look(self) -> int:
        """One batch → how many are on their way no more."""
        with self._care.database.transaction() as session:
            going = select(NoticeRow.message_id).where(NoticeRow.message_id.is_not(None)).order_by(NoticeRow.id)
            numbers = [number for number in session.scalars(going.limit(LOOKED_AT)) if number is not None]
            found = arrivals(session.connection(), numbers)
            arrived = [each.message_id for each in found if each.failed is None]
            session.execute(update(NoticeRow).where(NoticeRow.message_id.in_(arrived)).values(message_id=None))
            session.commit()
        for each in found:
            if each.failed is not None:
                self._not_arrived(each.message_id, each.failed)
        return len(found)

    def _not_arrived(self, message_id: int, reason: str) -> None:
        now, its = self._care.now(), NoticeRow.message_id == message_id
        with self._care.database.transaction() as session:
            # The ticket first, as everybody who holds both.
            code = select(NoticeRow.about).where(its).scalar_subquery()
            ticket = session.scalar(select(Ticket).where(Ticket.code == code).with_for_update())
            notice = session.scalar(select(NoticeRow).where(its).with_for_update())
            if notice is None:  # another process saw it as well
                return
            notice.message_id = None
            if not _mailed(self._mail, session, notice, now):
                notice.status = "no way"
            if ticket is not None:
                ticket.version += 1
                note = f"{notice.key}: {reason}"
                event = TicketEvent(ticket_id=ticket.id, at=now, by="delivery", event="not told", note=note, facts=None)
                session.add(event)
            session.commit()


def _mailed(mail: Mailer | None, session: Session, notice: NoticeRow, now: datetime) -> bool:
    if mail is None or not notice.email:
        return False
    subject = notice.subject or notice.about
    mail(session, f"notice:{notice.key}", notice.email, subject, notice.text, notice.in_reply_to, now)
    return True
