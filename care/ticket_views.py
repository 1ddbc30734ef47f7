"""Tickets as callers see them: one, a page, or what a stranger may know. Plain reads."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import JsonValue
from sqlalchemy import Select, and_, delete, false, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.codes import ticket_code
from care.errors import NotFound, TooManyTries
from care.lifecycle import ENDED
from care.locks import lock_names
from care.paging import newest_first
from care.shapes import AddressGiven, HistoryEntry, StatusGiven, StatusQuestion, TicketGiven, TicketPage, TicketQuery
from care.tables import StatusTry, Ticket, TicketEvent
from care.ticket_rows import ticket_row
from care.ticket_words import readings_of
from care.wired import Care

EQUAL = (
    "code",
    "phone",
    "customer_code",
    "service",
    "status",
    "conversation_id",
    "centre",
    "channel",
    "priority",
    "incident",
)
PERSONAL = ("phone", "customer_code", "conversation_id")
# Events whose note may tell who reported.
TELLING = ("changed", "note", "linked", "repeated")
WRONG_TRIES = 5
PAUSE = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)


def ticket_by_code(care: Care, code: str, *, reveal: bool = False) -> TicketGiven:
    """One ticket; `reveal` shows who reported in confidence. Raises NotFound."""
    with care.database.transaction() as session:
        return ticket_given(session, ticket_row(session, code), reveal=reveal)


def ticket_page(care: Care, query: TicketQuery, *, reveal: bool = False) -> TicketPage:
    """The tickets that fit all filters, newest first. Who asks by person does not find what was said in confidence."""
    page = TicketPage(items=[], next=None)
    with care.database.transaction() as session:
        for words in [None] if query.q is None else readings_of(query.q):
            wanted = _filtered(query, words, care.now(), reveal=reveal)
            tickets, following = newest_first(session, wanted, Ticket.id, query.limit, query.cursor)
            page = TicketPage(items=tickets_given(session, tickets, reveal=reveal), next=following)
            if tickets:
                break
    return page


def all_pages(care: Care, query: TicketQuery, *, reveal: bool = False) -> Iterator[TicketPage]:
    """Every ticket that fits, newest first, without holding them all; for an export."""
    cursor: str | None = None
    while True:
        page = ticket_page(care, query.model_copy(update={"limit": 500, "cursor": cursor}), reveal=reveal)
        yield page
        cursor = page.next
        if cursor is None:
            return


def _filtered(query: TicketQuery, words: str | None, now: datetime, *, reveal: bool) -> Select[Ticket]:
    wanted = select(Ticket)
    for name in EQUAL:
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Ticket, name) == value)
            if name in PERSONAL and not reveal:
                wanted = wanted.where(~Ticket.confidential)
    if words is not None:
        wanted = wanted.where(text("care.ticket.search @@ to_tsquery('simple', :words)").bindparams(words=words))
    if query.overdue is not None:
        late = and_(Ticket.status.not_in(tuple(ENDED)), Ticket.due_at < now)
        wanted = wanted.where(late if query.overdue else ~func.coalesce(late, false()))
    if query.created_after is not None:
        wanted = wanted.where(Ticket.created_at >= query.created_after)
    if query.created_before is not None:
        wanted = wanted.where(Ticket.created_at <= query.created_before)
    return wanted


def ticket_given(session: Session, ticket: Ticket, *, reveal: bool = False) -> TicketGiven:
    """One ticket with its history, unsaved changes included."""
    session.flush()
    return tickets_given(session, [ticket], reveal=reveal)[0]


def status_for_stranger(care: Care, question: StatusQuestion) -> StatusGiven:
    """Stage and due time for who knows code and last three digits of the ticket's phone.

    A wrong code and wrong digits are the same NotFound. Five wrong ones, by one asker or for one code,
    raise TooManyTries for 15 minutes, whoever asks and however right.
    """
    now, code = care.now(), ticket_code(question.code)
    keys: list[tuple[Literal["asker", "code"], str]] = [("asker", question.asker)]
    if code:
        keys.append(("code", code))
    with care.database.transaction() as session:
        # Guesses sent at once are counted one after the other.
        lock_names(session, *(f"status:{kind}:{key}" for kind, key in keys))
        for kind, key in keys:
            _check_pause(session, kind, key, now)
        ticket = session.scalar(select(Ticket).where(Ticket.code == code)) if code else None
        if ticket is not None and _digits_fit(ticket.phone, question.last_three):
            return StatusGiven(
                code=ticket.code,
                status=ticket.status,
                stage_vi=care.stages[ticket.status],
                service_name=care.catalogue.services[ticket.service].name_vi,
                due_at=ticket.due_at,
            )
        for kind, key in keys:
            _count_wrong(session, kind, key, now)
        session.execute(delete(StatusTry).where(StatusTry.last_at < now - FORGOTTEN))
        session.commit()
    raise NotFound("ticket with these digits", "")


def _digits_fit(phone: str | None, last_three: str) -> bool:
    right = (phone or "")[-3:]
    return len(right) == 3 and hmac.compare_digest(right.encode(), last_three.strip().encode())


def _check_pause(session: Session, kind: str, key: str, now: datetime) -> None:
    tries = session.get(StatusTry, (kind, key))
    if tries is not None and tries.wrong >= WRONG_TRIES and _lately(tries, now):
        raise TooManyTries(int((tries.last_at + PAUSE - now).total_seconds()) + 1)


def _lately(tries: StatusTry, now: datetime) -> bool:
    """Within the pause; a clock that went far back pauses nobody for longer."""
    return abs(now - tries.last_at) < PAUSE


def _count_wrong(session: Session, kind: str, key: str, now: datetime) -> None:
    tries = session.get(StatusTry, (kind, key))
    values = {"wrong": tries.wrong + 1 if tries is not None and _lately(tries, now) else 1, "last_at": now}
    row = insert(StatusTry).values(kind=kind, key=key, **values)
    session.execute(row.on_conflict_do_update(index_elements=["kind", "key"], set_=values))


def tickets_given(session: Session, tickets: Sequence[Ticket], *, reveal: bool = False) -> list[TicketGiven]:
    """The shapes of these tickets with their histories."""
    ids = [ticket.id for ticket in tickets]
    events = defaultdict[int, list[TicketEvent]](list)
    if ids:
        of_these = select(TicketEvent).where(TicketEvent.ticket_id.in_(ids)).order_by(TicketEvent.id)
        for event in session.scalars(of_these):
            events[event.ticket_id].append(event)
    shapes = [_shape(ticket, events[ticket.id]) for ticket in tickets]
    return [shape if reveal or not shape.confidential else without_reporter(shape) for shape in shapes]


def without_reporter(shape: TicketGiven) -> TicketGiven:
    """Who reported in confidence stays hidden, in the history too."""
    hidden: dict[str, object] = dict.fromkeys((*PERSONAL, "contact_name", "email"))
    history = [entry.model_copy(update={"note": None} if entry.event in TELLING else {}) for entry in shape.history]
    return shape.model_copy(update=hidden | {"history": history})


def _shape(ticket: Ticket, events: Iterable[TicketEvent]) -> TicketGiven:
    return TicketGiven(
        code=ticket.code,
        service=ticket.service,
        priority=ticket.priority,
        status=ticket.status,
        channel=ticket.channel,
        conversation_id=ticket.conversation_id,
        customer_code=ticket.customer_code,
        contact_name=ticket.contact_name,
        phone=ticket.phone,
        address=AddressGiven.model_validate(ticket.address),
        description=ticket.description,
        details=ticket.details,
        centre=ticket.centre,
        incident=ticket.incident,
        email=ticket.email,
        confidential=ticket.confidential,
        version=ticket.version,
        created_at=ticket.created_at,
        due_at=ticket.due_at,
        history=[HistoryEntry(at=e.at, by=e.by, event=e.event, note=_note(e)) for e in events],
    )


def _note(event: TicketEvent) -> str | None:
    """The note, or what changed from what to what as long as the personal facts are kept."""
    if not event.facts:
        return event.note
    return "; ".join(f"{name}: {_change(change)}" for name, change in event.facts.items())


def _change(change: JsonValue) -> str:
    if not isinstance(change, dict):
        return ""
    return f"{_words(change.get('from'))} → {_words(change.get('to'))}"


def _words(value: JsonValue) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(part)}" for name, part in value.items()) or "–"
    return "–" if value is None else str(value)
