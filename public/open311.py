"""Open311 GeoReport v2 under `/open311/v2/`, in XML and JSON: http://wiki.open311.org/GeoReport_v2/.

All of it is public: only outage, hazard, voltage and pole-move requests, their place cut to the ward, without description,
name, phone or point on the map.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, json, request
from pydantic import ValidationError
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from care import Care
from care.codes import ticket_code
from care.due import UTC, VIETNAM
from care.errors import Invalid, TooManyTries
from care.filing import file_ticket
from care.flood import Limit, knock
from care.lifecycle import ENDED
from care.shapes import TicketGiven, TicketReport
from care.tables import Ticket, TicketEvent
from care.values import EARLIEST, LATEST
from public.pages import texts

SERVICES = ("REPORT_OUTAGE", "REPORT_HAZARD", "VOLTAGE_COMPLAINT", "POLE_MOVE")
SPAN = timedelta(days=90)
MOST, PAGE = 1000, 100
LIMIT = Limit(600, timedelta(minutes=10))
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
Item = Mapping[str, Any]


class Refused(Exception):
    """An error of the specification."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


def blueprint(care: Care, keys: Mapping[str, str]) -> Blueprint:
    """`keys` are the api_keys that may file, and who holds each."""
    doors = Blueprint("open311", __name__, url_prefix="/open311/v2")
    _add_services(doors, care)
    _add_requests(doors, care)

    @doors.errorhandler(Refused)
    def refuse(error: Refused) -> Response:
        return failed(error.status, error.description)

    @doors.get("/discovery.<any(json, xml):kind>")
    def discovery(kind: str) -> Response:
        return _discovery(kind)

    @doors.post("/requests.<any(json, xml):kind>")
    def file(kind: str) -> Response:
        _count(care, _holder(keys))
        try:
            answer = file_ticket(care, _report(request.form), None)
        except Invalid as error:
            raise Refused(400, str(error)) from None
        ticket = TicketGiven.model_validate_json(answer.text)
        notice = texts()["open311"]["known" if answer.status == 200 else "filed"].format(code=ticket.code)
        item = {"service_request_id": ticket.code, "service_notice": notice, "account_id": None}
        return _answer(kind, "service_requests", "request", [item], 201)

    return doors


def failed(status: int, description: str) -> Response:
    """An error as the specification wants it, in the format that was asked for."""
    kind = (request.view_args or {}).get("kind", "json")
    return _answer(kind, "errors", "error", [{"code": status, "description": description}], status)


def _add_services(doors: Blueprint, care: Care) -> None:
    @doors.get("/services.<any(json, xml):kind>")
    def services(kind: str) -> Response:
        return _answer(kind, "services", "service", [_service(care, code) for code in SERVICES])

    @doors.get("/services/<code>.<any(json, xml):kind>")
    def definition(code: str, kind: str) -> Response:
        if code not in SERVICES:
            raise Refused(404, "service_code was not found")
        return _answer(kind, "service_definition", None, {"service_code": code, "attributes": []})


def _add_requests(doors: Blueprint, care: Care) -> None:
    @doors.get("/requests.<any(json, xml):kind>")
    def list_requests(kind: str) -> Response:
        conditions, page, size = _filters(care.now())
        with care.database.transaction() as session:
            wanted = select(Ticket).where(*conditions).order_by(Ticket.id.desc()).limit(size).offset((page - 1) * size)
            items = _items(care, session, list(session.scalars(wanted)))
        return _answer(kind, "service_requests", "request", items)

    @doors.get("/requests/<number>.<any(json, xml):kind>")
    def one_request(number: str, kind: str) -> Response:
        code = ticket_code(number)
        with care.database.transaction() as session:
            shown = (Ticket.code == code, Ticket.service.in_(SERVICES), ~Ticket.confidential)
            tickets = list(session.scalars(select(Ticket).where(*shown))) if code else []
            items = _items(care, session, tickets)
        if not items:
            raise Refused(404, "service_request_id was not found")
        return _answer(kind, "service_requests", "request", items)


def _discovery(kind: str) -> Response:
    told = texts()["open311"]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": request.url_root.rstrip("/") + "/open311/v2",
        "changeset": told["changeset"],
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    body = {
        "changeset": told["changeset"],
        "contact": told["contact"],
        "key_service": told["key_service"],
        "endpoints": [endpoint],
    }
    if kind == "json":
        return Response(json.dumps(body, ensure_ascii=False), content_type=TYPES["json"])
    root = Element("discovery")
    for name in ("changeset", "contact", "key_service"):
        SubElement(root, name).text = str(body[name])
    one = SubElement(SubElement(root, "endpoints"), "endpoint")
    for name in ("specification", "url", "changeset", "type"):
        SubElement(one, name).text = str(endpoint[name])
    formats = SubElement(one, "formats")
    for name in endpoint["formats"]:
        SubElement(formats, "format").text = name
    return _xml(root, 200)


def _service(care: Care, code: str) -> Item:
    service = care.catalogue.services[code]
    return {
        "service_code": code,
        "service_name": service.name_vi,
        "description": "; ".join(service.steps) or service.name_vi,
        "metadata": False,
        "type": "realtime",
        "keywords": ",".join(service.aliases_vi),
        "group": texts()["open311"]["group"],
    }


def _filters(now: datetime) -> tuple[list[ColumnElement[bool]], int, int]:
    """The conditions of the query, the page and its size; raises Refused."""
    shown: list[ColumnElement[bool]] = [~Ticket.confidential]
    numbers = [number for number in request.args.get("service_request_id", "").split(",") if number]
    codes = [one for one in request.args.get("service_code", "").split(",") if one]
    if not set(codes) <= set(SERVICES):
        raise Refused(404, "service_code was not found")
    shown.append(Ticket.service.in_(codes or SERVICES))
    if numbers:
        shown.append(Ticket.code.in_([code for number in numbers[:MOST] if (code := ticket_code(number))]))
    else:
        first, last = _moment("start_date"), _moment("end_date")
        last = last or (min(now, first + SPAN) if first else now)
        first = max(first or last - SPAN, last - SPAN)
        shown += [Ticket.created_at >= first, Ticket.created_at <= last]
    wanted = {one for one in request.args.get("status", "").split(",") if one}
    if not wanted <= {"open", "closed"}:
        raise Refused(400, "status is open or closed")
    if len(wanted) == 1:
        ended = Ticket.status.in_(tuple(ENDED))
        shown.append(ended if "closed" in wanted else ~ended)
    return (
        shown,
        _number("page", 1, 1_000_000),
        _number("page_size", MOST if "page" not in request.args else PAGE, MOST),
    )


def _moment(name: str) -> datetime | None:
    given = request.args.get(name, "").strip().replace(" ", "+")
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
        utc = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        if not EARLIEST <= utc < LATEST:
            raise ValueError(given)
        return utc
    except (ValueError, OverflowError):
        raise Refused(400, f"{name} is not a date and time in W3C format") from None


def _number(name: str, default: int, most: int) -> int:
    given = request.args.get(name, str(default))
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= most):
        raise Refused(400, f"{name} is 1 to {most}")
    return int(given)


def _items(care: Care, session: Session, tickets: Sequence[Ticket]) -> list[Item]:
    changed: dict[int, datetime] = {}
    of_these = select(TicketEvent.ticket_id, TicketEvent.at).where(
        TicketEvent.ticket_id.in_([one.id for one in tickets])
    )
    for ticket_id, at in session.execute(of_these):
        changed[ticket_id] = max(at, changed.get(ticket_id, at))
    return [_item(care, ticket, changed.get(ticket.id, ticket.created_at)) for ticket in tickets]


def _item(care: Care, ticket: Ticket, updated: datetime) -> Item:
    place = [ticket.address.get("ward"), ticket.address.get("province")]
    return {
        "service_request_id": ticket.code,
        "status": "closed" if ticket.status in ENDED else "open",
        "status_notes": care.stages[ticket.status],
        "service_name": care.catalogue.services[ticket.service].name_vi,
        "service_code": ticket.service,
        "description": None,
        "agency_responsible": ticket.centre,
        "service_notice": None,
        "requested_datetime": _w3c(ticket.created_at),
        "updated_datetime": _w3c(updated),
        "expected_datetime": _w3c(ticket.due_at),
        "address": ", ".join(str(part) for part in place if part) or None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _w3c(moment: datetime | None) -> str | None:
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds") if moment else None


def _holder(keys: Mapping[str, str]) -> str:
    given = request.form.get("api_key", "").encode()
    fitting = [who for key, who in keys.items() if hmac.compare_digest(key.encode(), given)]
    if not fitting:
        raise Refused(403, "api_key is missing or not valid")
    return fitting[0]


def _count(care: Care, holder: str) -> None:
    try:
        knock(care, "open311", holder, LIMIT)
    except TooManyTries:
        raise Refused(429, "too many requests, try again later") from None


def _report(form: Mapping[str, str]) -> TicketReport:
    service = form.get("service_code", "")
    if not service:
        raise Refused(400, "service_code is required")
    if service not in SERVICES:
        raise Refused(404, "service_code was not found")
    words = form.get("address_string", "").strip()
    lat, lon = form.get("lat", "").strip(), form.get("long", "").strip()
    if not words and not (lat and lon):
        raise Refused(400, "lat and long, or address_string, is required")
    place: dict[str, str] = {"text": words} if words else {}
    if lat and lon:
        place |= {"lat": lat, "lon": lon}
    names = (form.get("last_name", "").strip(), form.get("first_name", "").strip())
    body = {
        "service": service,
        "channel": "portal",
        "address": place,
        "contact_name": " ".join(filter(None, names)) or None,
        "phone": form.get("phone") or None,
        "email": form.get("email") or None,
        "description": form.get("description") or None,
        "conversation_id": None,
        "by": "Open311",
    }
    try:
        return TicketReport.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(400, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None


def _answer(kind: str, root: str, each: str | None, body: Item | Sequence[Item], status: int = 200) -> Response:
    """A list as JSON array or XML elements called `each` under `root`; one thing under `root` alone."""
    if kind == "json":
        return Response(json.dumps(body, ensure_ascii=False), status, content_type=TYPES["json"])
    top = Element(root)
    if each is None and isinstance(body, Mapping):
        _fill(top, body)
    else:
        for item in body:
            _fill(SubElement(top, each or "item"), item)  # type: ignore[arg-type]  # a sequence of items here
    return _xml(top, status)


def _fill(element: Element, values: Item) -> None:
    for name, value in values.items():
        child = SubElement(element, name)
        if value is not None and not isinstance(value, list):
            child.text = str(value).lower() if isinstance(value, bool) else _printable(str(value))


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def _xml(root: Element, status: int) -> Response:
    body = '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")
    return Response(body, status, content_type=TYPES["xml"])
