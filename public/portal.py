"""`/portal/v1`: the public-service portal submits, asks for and withdraws requests by its own file numbers, signed.

Headers: `X-Portal-Timestamp` (seconds since 1970), `X-Portal-Nonce` (16 to 64 letters and digits, never again) and
`X-Portal-Signature`, as care/portal/signing.py makes it over method, path, timestamp, nonce and body.
"""

from __future__ import annotations

import hmac
import re

from flask import Blueprint, Response, request
from pydantic import ValidationError

from care import Care
from care.errors import Invalid, KeyReused, NotAllowed, NotFound
from care.portal import files
from care.portal.signing import fresh, signature
from care.shapes import TicketReport
from public.pages import json_answer, json_sent, problem

NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
NUMBER = re.compile(r"[A-Za-z0-9.\-/_]{3,60}")
LARGEST = 64 * 1024
FIELDS = ("service", "contact_name", "phone", "email", "customer_code", "address", "description", "details")


class Refused(Exception):
    """A call that is not served; told as a problem document."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


def blueprint(care: Care, secret: str) -> Blueprint:
    """The doors; without a secret there are none (404)."""
    doors = Blueprint("portal", __name__, url_prefix="/portal/v1")

    @doors.errorhandler(Refused)
    def refuse(error: Refused) -> Response:
        return problem(error.status, error.detail)

    @doors.before_request
    def check() -> None:
        if not secret:
            raise Refused(404, "the portal's door is closed")
        _check_signature(care, secret)

    @doors.post("/requests")
    def submit() -> Response:
        given, new = _submitted(care)
        return json_answer(201 if new else 200, given.model_dump(mode="json"))

    @doors.get("/requests/<path:number>")
    def look_up(number: str) -> Response:
        try:
            _check_number(number)
            return json_answer(200, files.look_up(care, number).model_dump(mode="json"))
        except NotFound:
            raise Refused(404, "there is no such file_number") from None

    @doors.post("/requests/<path:number>/withdraw")
    def withdraw(number: str) -> Response:
        sent = json_sent()
        note = sent.get("note") if isinstance(sent, dict) else None
        try:
            _check_number(number)
            given = files.withdraw(care, number, note[:1_000] if isinstance(note, str) and note.strip() else None)
        except NotFound:
            raise Refused(404, "there is no such file_number") from None
        except NotAllowed as error:
            raise Refused(409, str(error)) from None
        return json_answer(200, given.model_dump(mode="json"))

    return doors


def _submitted(care: Care) -> tuple[files.PortalGiven, bool]:
    sent = json_sent()
    if not isinstance(sent, dict):
        raise Refused(400, "the body is not a JSON object")
    number = sent.get("file_number")
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise Refused(422, "file_number: 3 to 60 letters, digits, . - / _")
    try:
        wanted = {name: sent[name] for name in FIELDS if name in sent}
        report = TicketReport.model_validate({**wanted, "channel": "portal", "by": "portal"})
        return files.submit(care, number, report)
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(422, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
    except Invalid as error:
        raise Refused(422, str(error)) from None
    except KeyReused:
        raise Refused(422, "this file_number was submitted with another body") from None


def _check_number(number: str) -> None:
    if not NUMBER.fullmatch(number):
        raise NotFound("request", "")


def _check_signature(care: Care, secret: str) -> None:
    if (request.content_length or 0) > LARGEST:
        raise Refused(413, "at most 64 KB")
    timestamp, nonce = request.headers.get("X-Portal-Timestamp", ""), request.headers.get("X-Portal-Nonce", "")
    given = request.headers.get("X-Portal-Signature", "")
    right = signature(secret, request.method, request.path, timestamp, nonce, request.get_data())
    if not NONCE.fullmatch(nonce) or not hmac.compare_digest(given.encode(), right.encode()):
        raise Refused(401, "the signature is missing or wrong")
    if not fresh(timestamp, care.now()):
        raise Refused(401, "the timestamp is more than five minutes from now")
    if not files.first_heard(care, nonce):
        raise Refused(401, "this call was made before")
