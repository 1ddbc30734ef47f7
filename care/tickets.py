"""Tickets: filed once, facts added, moved through their states, found again. Each use case is one commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from pydantic import JsonValue
from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care import lifecycle
from care.addresses import read_address
from care.catalogue import Service
from care.codes import digits_for, new_ticket_code
from care.due import chosen, due_at, resumed, warn_at
from care.errors import Invalid, Outdated
from care.idempotency import Answer, Call, once
from care.incidents.links import lock_feeders
from care.incidents.taking import spot_of_ticket, take_in
from care.locks import lock_names
from care.place import address, same_place
from care.routing import STRENGTH, Route, route
from care.shapes import Address, TicketFacts, TicketGiven, TicketNote, TicketReport, Transition
from care.tables import Customer, Json, Ticket, TicketEvent
from care.ticket_news import OWN_DOING, tell
from care.ticket_rows import ticket_row
from care.ticket_views import ticket_given
from care.ticket_words import search_key
from care.wired import Care
from conversations import callback_ended

CALLBACK = "CALLBACK"
OUTAGE = "outage"
OPEN = [status for status in lifecycle.STATUSES if status not in lifecycle.ENDED]
MOST_CANDIDATES = 50


def file_ticket(care: Care, report: TicketReport, call: Call | None) -> Answer:
    """A new ticket (201), or the still-open one of the same customer's same fault (200).

    Raises Invalid for a service that the catalogue does not have, KeyReused.
    """
    service = care.catalogue.services.get(report.service)
    if service is None:
        raise Invalid("service", "there is no such service; GET /api/v1/services lists them")
    report = report.model_copy(update={"address": read_address(report.address or Address())})
    now = care.now()

    def work() -> Answer:
        old = _same_open_fault(session, service, report)
        if old is not None:
            _append(session, old.id, now, report.by or report.channel, "repeated", report.channel)
            return Answer(200, ticket_given(session, old).model_dump_json())
        ticket = _new_ticket(care, session, service, report, now)
        if service.fault == OUTAGE:
            take_in(session, care.incident_rules, ticket, now, now)
        return Answer(201, ticket_given(session, ticket).model_dump_json())

    with care.database.transaction() as session:
        answer = once(session, call, now, work)
        session.commit()
    return answer


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
            ticket.search_key = _search_key(ticket.code, vars(ticket))
            _append(session, ticket.id, care.now(), facts.by or "api", "changed", ", ".join(changes), changes)
            _route_again(care, session, ticket)
            if ticket.fault == OUTAGE and "customer_code" in changes and ticket.status in OPEN:
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


def _same_open_fault(session: Session, service: Service, report: TicketReport) -> Ticket | None:
    """The open ticket that this report repeats: same fault, and same contract, or same person and place."""
    if service.fault is None:
        return None
    asked_by = {
        "customer_code": report.customer_code,
        "conversation_id": report.conversation_id,
        "phone": report.phone,
    }
    known = {name: value for name, value in asked_by.items() if value}
    # Two reports of one customer at once: the second waits here and then finds the first.
    lock_names(session, *(f"fault:{service.fault}:{name}:{value}" for name, value in known.items()))
    if not known:
        return None
    same_person = or_(*(getattr(Ticket, name) == value for name, value in known.items()))
    candidates = session.scalars(
        select(Ticket)
        .where(same_person, Ticket.fault == service.fault, Ticket.status.in_(OPEN))
        .order_by(Ticket.id.desc())
        .limit(MOST_CANDIDATES)
    )
    return next((ticket for ticket in candidates if _repeats(report, ticket)), None)


def _repeats(report: TicketReport, ticket: Ticket) -> bool:
    if report.customer_code and ticket.customer_code:
        return report.customer_code == ticket.customer_code
    here = report.address or Address()
    there = Address.model_validate(ticket.address)
    return same_place(
        address(here.street, here.ward, here.province, here.text),
        address(there.street, there.ward, there.province, there.text),
    )


def _new_ticket(care: Care, session: Session, service: Service, report: TicketReport, now: datetime) -> Ticket:
    given = report.address or Address()
    where = _route(care, session, report.customer_code, given)
    details = report.details or {}
    values = {
        "service": service.id,
        "fault": service.fault,
        "priority": report.priority or service.priority,
        "status": "new",
        "channel": report.channel,
        "conversation_id": report.conversation_id,
        "customer_code": report.customer_code,
        "contact_name": report.contact_name,
        "phone": report.phone,
        "address": given.model_dump(exclude_none=True),
        "description": report.description,
        "details": details,
        "centre": where.centre,
        "routed_by": where.by,
        "created_at": now,
        "due_at": due_at(service.sla, {**details, "centre": where.centre}, now, care.catalogue.places.hours),
        "email": report.email,
        "confidential": service.confidential,
    }
    values["warn_at"] = warn_at(now, cast("datetime | None", values["due_at"]))
    ticket = _insert(session, values)
    _append(session, ticket.id, now, report.by or report.channel, "new", f"centre {where.centre} by {where.by}")
    return ticket


def _insert(session: Session, values: Mapping[str, object]) -> Ticket:
    """The row under a code that is not taken."""
    digits = digits_for(session.scalar(select(func.max(Ticket.id))) or 0)
    while True:
        code = new_ticket_code(digits)
        row = insert(Ticket).values(code=code, search_key=_search_key(code, values), **values)
        ticket: Ticket | None = session.scalar(
            row.on_conflict_do_nothing(index_elements=[Ticket.code]).returning(Ticket)
        )
        if ticket is not None:
            return ticket


def _search_key(code: str, values: Mapping[str, Any]) -> str:
    """A confidential ticket is found by its code and place, not by its reporter."""
    if values["confidential"]:
        return search_key(code, None, None, address=values["address"])
    more = (values["customer_code"], values["description"])
    return search_key(code, values["contact_name"], values["phone"], *more, address=values["address"])


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
