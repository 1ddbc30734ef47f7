"""What the views share: the wired room, the Idempotency-Key, JSON answers as the use cases made them."""

from __future__ import annotations

import re
from typing import cast

from apiflask import APIBlueprint
from flask import Response, current_app, request
from pydantic import BaseModel

from care.api.access import AUTH, let_in, may_see_reporters
from care.attachments.store import Store
from care.billing.source import Billing
from care.errors import Invalid
from care.idempotency import Answer, Call
from care.identity.sms import Sms
from care.privacy.log import note_access
from care.wired import Care

EXTENSION = "care"
SMS, STORE, BILLING = "care_sms", "care_store", "care_billing"
ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
KEY = re.compile(r"[!-~]{1,255}")


def wired() -> Care:
    """The room that this app was made with."""
    return cast(Care, current_app.extensions[EXTENSION])


def sms() -> Sms:
    """How this app sends short messages."""
    return cast(Sms, current_app.extensions[SMS])


def store() -> Store:
    """Where this app keeps files."""
    return cast(Store, current_app.extensions[STORE])


def billing() -> Billing:
    """Who knows what contracts used and owe."""
    return cast(Billing, current_app.extensions[BILLING])


def blueprint(name: str) -> APIBlueprint:
    """A blueprint under /api/v1, behind the key."""
    part = APIBlueprint(name, __name__, url_prefix="/api/v1", tag=name.capitalize())
    part.before_request(part.auth_required(AUTH)(let_in))
    return part


def keyed_call() -> Call | None:
    """The call with its Idempotency-Key, None without one. Raises Invalid for a strange key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise Invalid("Idempotency-Key", "1 to 255 visible ASCII characters")
    return Call(f"{request.method} {request.path}", key, request.get_json(force=True))


def seen_version() -> int | None:
    """The version in If-Match, None without one. Raises Invalid for what no ETag of ours looks like."""
    tag = request.headers.get("If-Match")
    if tag is None or tag.strip() == "*":
        return None
    found = ETAG.fullmatch(tag.strip())
    if found is None:
        raise Invalid("If-Match", 'a version as the ETag gave it, like "3"')
    return int(found[1])


def versioned(response: Response, version: int) -> Response:
    """The response with the version as its ETag."""
    response.headers["ETag"] = f'"{version}"'
    return response


def seen(*whose: str) -> None:
    """Note that the caller sees these persons' private data; it names itself by X-Actor and says why by X-Reason."""
    who = request.headers.get("X-Actor", "").strip() or "api"
    note_access(wired(), who, f"{request.method} {request.path}", whose, request.headers.get("X-Reason"))


def seen_by_person(*whose: str) -> None:
    """The same where our own processes read to serve their customer: noted when the caller names a person, or may see who
    reported in confidence."""
    if request.headers.get("X-Actor", "").strip() or may_see_reporters():
        seen(*whose)


def answered(answer: Answer) -> Response:
    """The answer, byte for byte as first made."""
    response = Response(answer.text, answer.status, content_type="application/json")
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def shown(given: BaseModel) -> Response:
    """A shape as JSON."""
    return Response(given.model_dump_json(), 200, content_type="application/json")
