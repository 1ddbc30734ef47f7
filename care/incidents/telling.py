"""One piece of an outage's news for everyone whom it concerns, once each; whoever has no channel is marked for a call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.due import UTC
from care.incidents.following import followers_of
from care.incidents.words import moment, texts
from care.lifecycle import ENDED
from care.notices import Notice, NoticeRow, queue_notices
from care.tables import Outage, Ticket

# What a notice's key says was told, and the how manieth news it was: "MD1:expected:2026-06-01T08:30:00Z:2:talk:7".
LAST = re.compile(r"\w+:(?P<said>.+?):(?P<number>\d+):(?:talk:|YC)")
ASKED_BACK = "restored"
# Other sentences for one thing: that power is expected at a time.
SAYS = {"moved": "expected", "earlier": "expected"}


def tell(session: Session, outage: Outage, sentence: str, tickets: Sequence[int] | None, now: datetime) -> None:
    """One notice per conversation, or per ticket that has none: of all open tickets and followers, or of `tickets`."""
    words = texts()
    said = _said(words[sentence], outage, now)
    session.flush()
    key = _key(session, outage, SAYS.get(sentence, sentence), now)
    asked_back = sentence == ASKED_BACK
    whom = Ticket.incident == outage.code if tickets is None else Ticket.id.in_(tickets)
    open_tickets = (
        select(Ticket.code, Ticket.conversation_id, Ticket.email)
        .where(whom, Ticket.status.not_in(ENDED))
        .order_by(Ticket.id)
    )
    notices = {
        (row.conversation_id or row.code): Notice(
            key=key + (f"talk:{row.conversation_id}" if row.conversation_id else row.code),
            about=outage.code,
            text=said,
            conversation_id=row.conversation_id,
            email=row.email,
            buttons=_asked_back(words, row.code) if asked_back else (),
        )
        for row in session.execute(open_tickets)
    }
    for conversation in followers_of(session, outage) if tickets is None else ():
        buttons = ((words["back"], "report_power_restored"), (words["still_out"], "report_outage;anyway=yes"))
        follower = Notice(
            key=f"{key}talk:{conversation}",
            about=outage.code,
            text=said,
            conversation_id=conversation,
            buttons=buttons if asked_back else (),
        )
        notices.setdefault(conversation, follower)
    queue_notices(session, list(notices.values()), now)


def _said(sentence: str, outage: Outage, now: datetime) -> str:
    return sentence.format(
        area=outage.area,
        reason=outage.reason,
        start=moment(outage.starts_at, now),
        time=moment(outage.ends_at or now, now),
    )


def _key(session: Session, outage: Outage, told: str, now: datetime) -> str:
    """Names what is told. The same as was told last is no news; what was true before and is true again is."""
    times = [outage.ends_at or now] if told == "expected" else [outage.starts_at, outage.ends_at or now]
    said = ":".join([told, *(f"{one.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" for one in times)])
    last = session.scalar(
        select(NoticeRow.key).where(NoticeRow.about == outage.code).order_by(NoticeRow.id.desc()).limit(1)
    )
    before = LAST.match(last) if last is not None else None
    number = int(before["number"]) + (before["said"] != said) if before is not None else 1
    return f"{outage.code}:{said}:{number}:"


def _asked_back(words: Mapping[str, str], ticket: str) -> tuple[tuple[str, str], ...]:
    return (
        (words["back"], f"report_power_restored;ticket={ticket}"),
        (words["still_out"], f"report_outage;still_out={ticket}"),
    )
