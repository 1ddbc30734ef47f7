"""`/gui-yeu-cau` and `POST /public/requests`: a request from the website, without scripts and without third parties.

Robots are kept out by a field that people do not see, by a signed moment at which the form was given out, and by a count
of requests per address. A form sent twice is one request: the signed moment is its key.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import ValidationError

from bot.vietnamese import provinces
from care import Care
from care.due import written
from care.errors import Invalid, KeyReused, TooManyTries
from care.filing import file_ticket
from care.flood import Limit, knock
from care.idempotency import Call
from care.phones import stored_phone
from care.shapes import TicketGiven, TicketReport
from public.pages import caller, json_answer, json_sent, page, problem, texts

LIMIT = Limit(10, timedelta(minutes=10))
SHORTEST_S, LONGEST_S = 2, 12 * 3600
LARGEST = 64 * 1024
LONGEST_PHONE = 30
FIELDS = ("service", "name", "phone", "customer_code", "street", "ward", "province", "description")
# Our own kinds that nobody asks for on a website.
NOT_HERE = frozenset({"CALLBACK"})


class Refused(Exception):
    """Why a request is not taken: sentences by field; `""` is the form as a whole."""

    def __init__(self, status: int, wrong: Mapping[str, str], retry_after: int | None = None) -> None:
        super().__init__(str(wrong))
        self.status, self.wrong, self.retry_after = status, dict(wrong), retry_after


def blueprint(care: Care, secret: str) -> Blueprint:
    """The form and its door."""
    doors = Blueprint("forms", __name__)
    signer = URLSafeTimedSerializer(secret, salt="website request")

    def shown(status: int, given: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
        services = [one for one in care.catalogue.services.values() if one.id not in NOT_HERE]
        token = signer.dumps(secrets.token_hex(8))
        return page("form", status, services=services, provinces=provinces(), token=token, given=given, wrong=wrong)

    @doors.get("/gui-yeu-cau")
    def ask() -> Response:
        chosen = request.args.get("service", "")[:40]
        return shown(200, {"service": chosen}, {})

    @doors.get("/public/requests")
    def token() -> Response:
        return json_answer(200, {"token": signer.dumps(secrets.token_hex(8))})

    @doors.post("/public/requests")
    def take() -> Response:
        as_json = request.mimetype == "application/json"
        given = _given()
        try:
            ticket, known = _take(care, signer, given)
        except Refused as refused:
            if as_json:
                answer = _problem(refused)
            else:
                answer = shown(refused.status, given, refused.wrong)
            if refused.retry_after is not None:
                answer.headers["Retry-After"] = str(refused.retry_after)
            return answer
        if as_json:
            due = ticket.due_at.isoformat() if ticket.due_at else None
            return json_answer(200 if known else 201, {"code": ticket.code, "due_at": due})
        return page("form_done", 200 if known else 201, ticket=ticket, known=known, due=written(ticket.due_at))

    return doors


def _given() -> dict[str, str]:
    """What was sent, as text; anything else counts as not sent."""
    if request.content_length is not None and request.content_length > LARGEST:
        return {}
    sent: Any = json_sent() if request.mimetype == "application/json" else request.form
    if not isinstance(sent, Mapping):
        return {}
    return {name: sent[name].strip() for name in (*FIELDS, "token", "website") if isinstance(sent.get(name), str)}


def _take(care: Care, signer: URLSafeTimedSerializer, given: Mapping[str, str]) -> tuple[TicketGiven, bool]:
    """The ticket and whether it was there before; raises Refused."""
    errors = texts()["form"]["errors"]
    if not given:
        raise Refused(400, {"": errors["body"]})
    nonce = _nonce(signer, given, errors)
    report = _report(care, given, errors)
    _count(care, errors)
    try:
        answer = file_ticket(care, report, Call("POST /public/requests", nonce, report.model_dump(mode="json")))
    except KeyReused:
        raise Refused(422, {"": errors["hasty"]}) from None
    except Invalid:
        raise Refused(422, {"service": errors["service"]}) from None
    return TicketGiven.model_validate_json(answer.text), answer.status == 200


def _nonce(signer: URLSafeTimedSerializer, given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    if given.get("website"):
        raise Refused(422, {"": errors["hasty"]})
    try:
        nonce, signed_at = signer.loads(given.get("token", ""), max_age=LONGEST_S, return_timestamp=True)
    except BadSignature:  # an old one too
        raise Refused(422, {"": errors["expired"]}) from None
    age = time.time() - signed_at.timestamp()
    if age < SHORTEST_S:
        raise Refused(422, {"": errors["hasty"]})
    return str(nonce)


def _report(care: Care, given: Mapping[str, str], errors: Mapping[str, str]) -> TicketReport:
    wrong = {}
    service = given.get("service", "")
    if service not in care.catalogue.services or service in NOT_HERE:
        wrong["service"] = errors["service"]
    if stored_phone(given.get("phone", "")[:LONGEST_PHONE]) is None:
        wrong["phone"] = errors["phone"]
    if not (given.get("customer_code") or given.get("street") or given.get("ward")):
        wrong["street"] = errors["place"]
    if wrong:
        raise Refused(422, wrong)
    place = {name: given[name] for name in ("street", "ward", "province") if given.get(name)}
    body = {
        "service": service,
        "channel": "website",
        "contact_name": given.get("name") or None,
        "phone": given["phone"],
        "customer_code": "".join(given.get("customer_code", "").split()).upper() or None,
        "address": place or None,
        "description": given.get("description") or None,
        "by": "website",
    }
    try:
        return TicketReport.model_validate(body)
    except ValidationError as bad:
        names = {"contact_name": "name", "address": "street"}
        fields = {names.get(str(error["loc"][0]), str(error["loc"][0])) for error in bad.errors()}
        raise Refused(422, {name: errors.get(name, errors["field"]) for name in fields}) from None


def _count(care: Care, errors: Mapping[str, str]) -> None:
    try:
        knock(care, "form", caller(), LIMIT)
    except TooManyTries as pause:
        minutes = str(max(1, round(pause.seconds / 60)))
        raise Refused(429, {"": errors["flood"].replace("{minutes}", minutes)}, pause.seconds) from None


def _problem(refused: Refused) -> Response:
    wrong = [{"field": name, "detail": detail} for name, detail in refused.wrong.items()]
    return problem(refused.status, " ".join(refused.wrong.values()), errors=wrong)
