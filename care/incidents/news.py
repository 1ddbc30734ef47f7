"""What an incident tells the people who reported it: when power is expected, when that changed, that it is back.

Each piece of news is told once to each conversation; whoever has none is marked for a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from care.incidents.following import followers_of
from care.incidents.rows import GOING_ON
from care.incidents.words import moment, texts
from care.lifecycle import ENDED
from care.notices import Notice, queue_notices
from care.tables import Outage, Ticket, TicketEvent

# An outage ends after it starts, whatever the clocks say.
SHORTEST = timedelta(seconds=1)


def tell_joined(session: Session, incident: str, tickets: Sequence[int], now: datetime) -> None:
    """Who joins an incident hears what the others heard before."""
    outage = session.scalars(select(Outage).where(Outage.code == incident)).one()
    if outage.ends_at is not None and outage.ends_at > now:
        _tell(session, outage, "expected", tickets, now)


def outage_changed(session: Session, outage: Outage, before: Mapping[str, object], now: datetime, by: str) -> None:
    """Tell what an operator's change of an incident means; `before` has the old values of what changed."""
    if outage.kind != "incident":
        return
    if outage.status == "done" and "status" in before:
        outage.ends_at = outage.ends_at if "ends_at" in before else max(now, outage.starts_at + SHORTEST)
        _tell(session, outage, "restored", None, now)
        _finish(session, outage.code, by, now)
    elif outage.status in GOING_ON and outage.ends_at is not None and "ends_at" in before:
        old = before["ends_at"]
        sentence = "expected" if not isinstance(old, datetime) else "moved" if outage.ends_at > old else "earlier"
        _tell(session, outage, sentence, None, now)


def _tell(session: Session, outage: Outage, sentence: str, tickets: Sequence[int] | None, now: datetime) -> None:
    """One notice per conversation, or per ticket that has none: of all open tickets and followers, or of `tickets`."""
    words = texts()
    ends_at = outage.ends_at or now
    said = words[sentence].format(area=outage.area, reason=outage.reason, time=moment(ends_at, now))
    told = "restored" if sentence == "restored" else "expected"
    key = f"{outage.code}:{told}:{ends_at.isoformat()}:"
    session.flush()
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
            buttons=_asked_back(words, row.code) if told == "restored" else (),
        )
        for row in session.execute(open_tickets)
    }
    followers = followers_of(session, outage) if tickets is None else []
    for conversation in followers:
        buttons = ((words["back"], "report_power_restored"), (words["still_out"], "report_outage;anyway=yes"))
        follower = Notice(
            key=f"{key}talk:{conversation}",
            about=outage.code,
            text=said,
            conversation_id=conversation,
            buttons=buttons if told == "restored" else (),
        )
        notices.setdefault(conversation, follower)
    queue_notices(session, list(notices.values()), now)


def _asked_back(words: Mapping[str, str], ticket: str) -> tuple[tuple[str, str], ...]:
    return (
        (words["back"], f"report_power_restored;ticket={ticket}"),
        (words["still_out"], f"report_outage;still_out={ticket}"),
    )


def _finish(session: Session, incident: str, by: str, now: datetime) -> None:
    """The tickets of an incident end with it, all at once; the news above told their customers."""
    ended = (
        update(Ticket)
        .where(Ticket.incident == incident, Ticket.status.not_in(ENDED))
        .values(status="done", ended_at=now, paused_at=None, version=Ticket.version + 1)
        .returning(Ticket.id)
        .execution_options(synchronize_session=False)
    )
    done = [
        {"ticket_id": number, "at": now, "by": by, "event": "done", "note": incident}
        for number in session.scalars(ended)
    ]
    if done:
        session.execute(insert(TicketEvent), done)
