"""A ticket is filed once: looked for, placed on the network, written, answered.

The night of a storm is decided here, so it goes to the driver in three trips, one for each thing that hangs on the one
before (docs/decisions/010-filing-goes-to-the-driver.md). What is rare (a repeated fault, a new incident) is left to
the session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from care import lifecycle
from care.addresses import read_address
from care.catalogue import Service
from care.codes import digits_for, new_ticket_code
from care.database import driver_of
from care.due import due_at, warn_at
from care.errors import Invalid
from care.idempotency import FIRST, Answer, Call, keep, lock_of, replay
from care.incidents.news import tell_joined
from care.incidents.settled import hold_and_look
from care.incidents.taking import take_in
from care.locks import LOCK, numbers_of
from care.place import address, same_place
from care.routing import route
from care.shapes import Address, AddressGiven, HistoryEntry, TicketGiven, TicketReport
from care.tables import Ticket, TicketEvent
from care.ticket_views import ticket_given, without_reporter
from care.ticket_words import key_of
from care.wired import Care

OUTAGE = "outage"
MOST_CANDIDATES = 50
NO_CALL = {"scope": None, "key": None, "body_hash": None}
CONTRACT = """
SELECT customer.province, customer.station, customer.feeder, (SELECT max(id) FROM care.ticket)
  FROM (VALUES (1)) AS one LEFT JOIN care.customer ON customer.code = %s"""
SAME_FAULT = """
SELECT id, customer_code, address FROM care.ticket
 WHERE (customer_code = %s OR conversation_id = %s OR phone = %s) AND fault = %s AND status = ANY(%s)
 ORDER BY id DESC LIMIT %s"""
COLUMNS = (
    "code",
    "service",
    "fault",
    "priority",
    "status",
    "channel",
    "conversation_id",
    "customer_code",
    "contact_name",
    "phone",
    "address",
    "description",
    "details",
    "centre",
    "routed_by",
    "incident",
    "created_at",
    "due_at",
    "warn_at",
    "email",
    "confidential",
    "search_key",
)
# In one statement: the ticket, its history, where it was seen on the network, and the answer kept for its key.
FILE = f"""
WITH filed AS (
    INSERT INTO care.ticket ({", ".join(COLUMNS)}) VALUES ({", ".join(f"%({name})s" for name in COLUMNS)})
    ON CONFLICT (code) DO NOTHING RETURNING id
), told AS (
    INSERT INTO care.ticket_event (ticket_id, at, by, event, note)
    SELECT filed.id, %(created_at)s, happened.by, happened.event, happened.note
      FROM filed, unnest(%(by)s::text[], %(events)s::text[], %(notes)s::text[])
           WITH ORDINALITY AS happened (by, event, note, number) ORDER BY happened.number
), placed AS (
    INSERT INTO care.report (ticket_id, person, station, feeder, at, incident)
    SELECT id, %(customer_code)s, %(station)s, %(feeder)s, %(created_at)s, %(incident)s FROM filed
     WHERE %(incident)s::text IS NOT NULL
), kept AS (
    INSERT INTO care.idempotency (scope, key, body_hash, status, answer, created_at)
    SELECT %(scope)s, %(key)s, %(body_hash)s, 201, %(answer)s, %(created_at)s FROM filed WHERE %(answer)s::text IS NOT NULL
)
SELECT id FROM filed"""  # noqa: S608  our own words


@dataclass(frozen=True)
class Known:
    """What the first trip found: the contract's place, how many tickets there are, and who reported the same."""

    province: str | None
    station: str | None
    feeder: str | None
    tickets: int
    same_fault: int | None


def file_ticket(care: Care, report: TicketReport, call: Call | None) -> Answer:
    """A new ticket (201), or the still-open one of the same customer's same fault (200).

    Raises Invalid for a service that the catalogue does not have, KeyReused.
    """
    service = care.catalogue.services.get(report.service)
    if service is None:
        raise Invalid("service", "there is no such service; GET /api/v1/services lists them")
    report = report.model_copy(update={"address": read_address(report.address or Address())})
    now = care.now()
    with care.database.transaction() as session:
        known = _look(driver_of(session), service, report, call)
        if isinstance(known, Answer):
            return known
        if known.same_fault is not None:
            answer = _repeated(session, known.same_fault, report, now)
            keep(session, call, answer, now)
        else:
            answer = _filed(care, session, service, report, known, call, now)
        session.commit()
    return answer


def _look(driver: psycopg.Connection, service: Service, report: TicketReport, call: Call | None) -> Known | Answer:
    """One trip: hold the key and the fault's names, then read what is known. The answer of before when the key has one."""
    asked_by = {
        "customer_code": report.customer_code,
        "conversation_id": report.conversation_id,
        "phone": report.phone,
    }
    # Two reports of one customer at once: the second waits here and then finds the first.
    names = [f"fault:{service.fault}:{name}:{value}" for name, value in asked_by.items() if value and service.fault]
    names += [lock_of(call)] if call else []
    with driver.pipeline():
        if names:
            driver.execute(LOCK, [numbers_of(*names)])
        first = driver.execute(FIRST, [call.scope, call.key]) if call else None
        contract = driver.execute(CONTRACT, [report.customer_code])
        mine = (*asked_by.values(), service.fault, lifecycle.OPEN, MOST_CANDIDATES)
        same = driver.execute(SAME_FAULT, mine) if service.fault and any(asked_by.values()) else None
    answer = replay(call, first.fetchone()) if call and first else None
    if answer is not None:
        return answer
    province, station, feeder, tickets = contract.fetchone() or (None, None, None, None)
    old = (ticket for ticket, code, there in same or () if _repeats(report, code, there))
    return Known(province, station, feeder, tickets or 0, next(old, None))


def _repeats(report: TicketReport, customer_code: str | None, there: Mapping[str, Any]) -> bool:
    """Same fault: of the same contract, or of the same person at the same place."""
    if report.customer_code and customer_code:
        return report.customer_code == customer_code
    here = report.address or Address()
    return same_place(
        address(here.street, here.ward, here.province, here.text),
        address(there.get("street"), there.get("ward"), there.get("province"), there.get("text")),
    )


def _repeated(session: Session, ticket_id: int, report: TicketReport, now: datetime) -> Answer:
    """The open ticket, with the repetition in its history."""
    by = report.by or report.channel
    session.add(TicketEvent(ticket_id=ticket_id, at=now, by=by, event="repeated", note=report.channel))
    return Answer(200, ticket_given(session, session.get_one(Ticket, ticket_id)).model_dump_json())


def _filed(
    care: Care,
    session: Session,
    service: Service,
    report: TicketReport,
    known: Known,
    call: Call | None,
    now: datetime,
) -> Answer:
    """The new ticket; a report of no power is put beside the others there."""
    driver = driver_of(session)
    incident = None
    if service.fault == OUTAGE and known.station and known.feeder:
        incident = hold_and_look(driver, known.station, known.feeder)
    # What becomes of a report that joins no incident at once is known only after it was taken in.
    final = service.fault != OUTAGE or incident is not None
    row = _row(care, service, report, known, now)
    happened = [
        HistoryEntry(
            at=now, by=report.by or report.channel, event="new", note=f"centre {row['centre']} by {row['routed_by']}"
        )
    ]
    if incident is not None:
        row["incident"] = incident.code
        happened.append(HistoryEntry(at=now, by="care", event="linked", note=incident.code))
    ticket_id = None
    while ticket_id is None:  # until its code is not taken
        row["code"] = new_ticket_code(digits_for(known.tickets))
        answer = Answer(201, _given(row, happened).model_dump_json())
        values = {**row, "address": Jsonb(row["address"]), "details": Jsonb(row["details"])}
        values |= {"search_key": key_of(row["code"], row), "station": known.station, "feeder": known.feeder}
        values |= {"by": [one.by for one in happened], "events": [one.event for one in happened]}
        values |= {"notes": [one.note for one in happened], "answer": answer.text if call and final else None}
        values |= {"scope": call.scope, "key": call.key, "body_hash": call.body_hash} if call else NO_CALL
        found = driver.execute(FILE, values).fetchone()
        ticket_id = found[0] if found else None
    if incident is not None and incident.ends_at is not None:
        tell_joined(session, incident.code, [ticket_id], now)
    if not final:
        ticket = session.get_one(Ticket, ticket_id)
        take_in(session, care.incident_rules, ticket, now, now)
        answer = Answer(201, ticket_given(session, ticket).model_dump_json())
        keep(session, call, answer, now)
    return answer


def _row(care: Care, service: Service, report: TicketReport, known: Known, now: datetime) -> dict[str, Any]:
    """The values of COLUMNS that do not hang on the code."""
    given = report.address or Address()
    details = report.details or {}
    where = route(care.catalogue, known.province, given.province, report.customer_code)
    due = due_at(service.sla, {**details, "centre": where.centre}, now, care.catalogue.places.hours)
    return {
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
        "incident": None,
        "created_at": now,
        "due_at": due,
        "warn_at": warn_at(now, due),
        "email": report.email,
        "confidential": service.confidential,
    }


def _given(row: Mapping[str, Any], history: list[HistoryEntry]) -> TicketGiven:
    """The new ticket as any later reader finds it."""
    shown = {name: row[name] for name in TicketGiven.model_fields.keys() & row.keys()}
    place = AddressGiven.model_validate(row["address"])
    given = TicketGiven(**{**shown, "address": place, "version": 1, "history": history})
    return without_reporter(given) if given.confidential else given
