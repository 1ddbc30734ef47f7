"""Tickets after they were filed: facts added, moved through their states, notes. Each use case is one commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from care import lifecycle
from care.addresses import read_address
from care.due import chosen, resumed
from care.errors import Outdated
from care.idempotency import Answer, Call, once
from care.incidents.links import lock_feeders
from care.incidents.taking import spot_of_ticket, take_in
from care.routing import STRENGTH, Route, route
from care.shapes import Address, TicketFacts, TicketGiven, TicketNote, Transition
from care.tables import Customer, Json, Ticket, TicketEvent
from care.ticket_news import OWN_DOING, tell
from care.ticket_rows import ticket_row
from care.ticket_views import ticket_given
from care.ticket_words import key_of
from care.wired import Care
from conversations import callback_ended

CALLBACK = "CALLBACK"
OUTAGE = "outage"


def add_facts(care: Care, code: str, facts: TicketFacts, seen: int | None = None) -> TicketGiven:
    """Facts learnt later; old and new values stay in the history. Raises NotFound, Outdated."""
    with care.database.transaction() as session:
        _hold_feeder(session, code, facts.customer_code)
        ticket = _locked(session, code, seen)
        changes = _changes(ticket, facts)
        if changes:
            for name, value in changes.items():
                setattr(ticket, name, value["to"])
            ticket.version += 1
            ticket.search_key = key_of(ticket.code, vars(ticket))
            _append(session, ticket.id, care.now(), facts.by or "api", "changed", ", ".join(changes), changes)
            _route_again(care, session, ticket)
            if ticket.fault == OUTAGE and "customer_code" in changes and ticket.status in lifecycle.OPEN:
                take_in(session, care.incident_rules, ticket, ticket.created_at, care.now())
        given = ticket_given(session, ticket)
        session.commit()
    return given


def move(care: Care, code: str, transition: Transition, call: Call | None, seen: int | None = None) -> Answer:
    """A change of state, appended to the history and told to the customer; the clock stands still while we wait for them.

    The end of a call-back frees its conversation. Raises NotFound, NotAllowed, Outdated, KeyReused.
    """
    now = care.now()

    def work() -> Answer:
        if transition.to == "accepted":
            _hold_feeder(session, code)
        ticket = _locked(session, code, seen)
        reopened = ticket.status in lifecycle.ENDED
        lifecycle.check(ticket.status, transition.to, ticket.ended_at, now)  # type: ignore[arg-type]  # CHECKed
        ended = transition.to in lifecycle.ENDED
        by = transition.by or "api"
        _change_status(care, session, ticket, transition.to, by, transition.note, now)
        if reopened and ticket.fault == OUTAGE:
            take_in(session, care.incident_rules, ticket, now, now)
        if ended and ticket.service == CALLBACK and (ticket.conversation_id or "").isdecimal():
            callback_ended(session.connection(), int(ticket.conversation_id or ""))
        return Answer(200, ticket_given(session, ticket).model_dump_json())

    with care.database.transaction() as session:
        answer = once(session, call, now, work)
        session.commit()
    return answer


def add_note(care: Care, code: str, note: TicketNote, call: Call | None) -> Answer:
    """Something to add to a ticket; the customer's answer sets a waiting ticket going again. Raises NotFound, KeyReused."""
    now = care.now()

    def work() -> Answer:
        ticket = _locked(session, code)
        ticket.version += 1
        _append(session, ticket.id, now, note.by, "note", note.text)
        if ticket.status == "waiting_customer" and note.by in OWN_DOING:
            _change_status(care, session, ticket, "in_progress", note.by, None, now)
        return Answer(201, ticket_given(session, ticket).model_dump_json())

    with care.database.transaction() as session:
        answer = once(session, call, now, work)
        session.commit()
    return answer


def _change_status(
    care: Care, session: Session, ticket: Ticket, to: str, by: str, note: str | None, now: datetime
) -> None:
    """The new state with its event, its clock and its news."""
    service = care.catalogue.services[ticket.service]
    # The clock stands still while the customer is waited for, and from the end until the ticket is opened again.
    stopped_at = ticket.paused_at or ticket.ended_at
    if stopped_at is not None and ticket.due_at is not None:
        variant = chosen(service.sla, {**ticket.details, "centre": ticket.centre})
        unit = variant.unit if variant is not None else None
        due = resumed(ticket.due_at, unit, stopped_at, now, care.catalogue.places.hours)
        ticket.warn_at = ticket.warn_at + (due - ticket.due_at) if ticket.warn_at is not None else None
        ticket.due_at = due
    ticket.status = to
    ticket.paused_at = now if to == "waiting_customer" else None
    ticket.ended_at = now if to in lifecycle.ENDED else None
    ticket.version += 1
    _append(session, ticket.id, now, by, to, note)
    if by not in OWN_DOING:
        tell(session, service, ticket, to, note, now)


def _route(care: Care, session: Session, customer_code: str | None, given: Address) -> Route:
    of_code = select(Customer.province).where(Customer.code == customer_code)
    contract_province = session.scalar(of_code) if customer_code else None
    return route(care.catalogue, contract_province, given.province, customer_code)


def _route_again(care: Care, session: Session, ticket: Ticket) -> None:
    """Before anybody works on it, a ticket follows better knowledge of its place to the right centre."""
    where = _route(care, session, ticket.customer_code, Address.model_validate(ticket.address))
    weaker = STRENGTH.index(where.by) < STRENGTH.index(ticket.routed_by)
    if ticket.status != "new" or weaker:
        return
    if where.centre != ticket.centre:
        _append(session, ticket.id, care.now(), "care", "routed", f"{ticket.centre} to {where.centre} by {where.by}")
    ticket.centre, ticket.routed_by = where.centre, where.by


def _changes(ticket: Ticket, facts: TicketFacts) -> dict[str, dict[str, JsonValue]]:
    """Old and new value of each named fact that differs."""
    changes: dict[str, dict[str, JsonValue]] = {}
    for name in facts.model_fields_set - {"by"}:
        old, new = getattr(ticket, name), getattr(facts, name)
        if name == "address":
            given = read_address(facts.address).model_dump(exclude_unset=True) if facts.address else {}
            merged = {**(old if facts.address else {}), **given}
            new = {part: value for part, value in merged.items() if value is not None}
        elif name == "details":
            new = {**old, **new} if new else old
        if old != new:
            changes[name] = {"from": old, "to": new}
    return changes


def _hold_feeder(session: Session, code: str, customer_code: str | None = None) -> None:
    """Feeders are locked before tickets: reports on one feeder change each other's tickets."""
    ticket = ticket_row(session, code)
    spot = spot_of_ticket(session, ticket, customer_code) if ticket.fault == OUTAGE else None
    if spot is not None:
        lock_feeders(session, [spot.feeder])
        session.expire_all()


def _locked(session: Session, code: str, seen: int | None = None) -> Ticket:
    """The ticket, held until commit. Raises NotFound, Outdated when it is not at the version that the caller saw."""
    ticket = ticket_row(session, code, lock=True)
    if seen is not None and ticket.version != seen:
        raise Outdated(seen, ticket.version)
    return ticket


def _append(
    session: Session,
    ticket_id: int,
    at: datetime,
    by: str,
    event: str,
    note: str | None,
    facts: Mapping[str, Mapping[str, JsonValue]] | None = None,
) -> None:
    kept: Json | None = {name: dict(change) for name, change in facts.items()} if facts else None
    session.add(TicketEvent(ticket_id=ticket_id, at=at, by=by, event=event, note=note, facts=kept))
