"""Facebook's data deletion call-back: the signed wish of somebody who removed our app, and a page that tells how far it is."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request

from channels.accounts import FacebookAccount
from channels.base import parse_object, words
from channels.errors import Forged, Malformed
from channels.facebook_graph import Graph, app_graph
from channels.facebook_sending import NAME
from channels.facebook_texts import texts
from conversations import (
    ChannelStopped,
    Database,
    Refused,
    Undeliverable,
    find_deletion,
    want_deletion,
)

PATH = "/webhooks/facebook/data-deletion"
LONGEST = 4_096
CODE = re.compile(r"[0-9A-F]{16}")
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FOLDER = Path(__file__).parent / "facebook_pages"
POLICY = "default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def wish_in(signed_request: str, app_secrets: Mapping[str, str]) -> tuple[str, list[str]]:
    """The person in a `signed_request` and those of `app_secrets` (by account) that signed it.

    Raises Forged, or Malformed for a good signature over what names nobody.
    """
    signature, _, payload = signed_request.partition(".")
    if len(signed_request) > LONGEST or not signature or not payload:
        raise Forged("no signed request")
    told = _decoded(signature)
    names = [name for name, secret in app_secrets.items() if hmac.compare_digest(_signature(secret, payload), told)]
    if not names:
        raise Forged("wrong signature")
    wish = parse_object(_decoded(payload))
    person = words(wish, "user_id")
    if words(wish, "algorithm").upper() != "HMAC-SHA256" or not re.fullmatch(r"\d{1,64}", person, re.ASCII):
        raise Malformed("the signed request names nobody")
    return person, names


def _signature(secret: str, payload: str) -> bytes:
    return hmac.new(secret.encode(), payload.encode("utf8", "replace"), hashlib.sha256).digest()


def _decoded(text: str) -> bytes:
    """base64url without its padding; raises Forged."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Forged("not base64url") from error


def page_people(graph: Graph, person: str) -> list[str]:
    """The ids by which pages know a person whom the app knows as `person`; empty when Facebook does not tell.

    Raises Retry or RateLimited when it may tell later.
    """
    try:
        told = graph.get(f"{person}/ids_for_pages").get("data")
    except (Refused, Undeliverable, ChannelStopped):
        return []
    return [words(each, "id") for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def other_ids(
    accounts: Sequence[FacebookAccount], graph_url: str, version: str
) -> Callable[[Sequence[str], str], list[str]]:
    """Looks a person up with every app of the named accounts whose id is known; see `page_people`."""

    def look_up(names: Sequence[str], person: str) -> list[str]:
        apps = {each.app_id: each for each in accounts if each.name in names and each.app_id}
        found = (page_people(app_graph(each, graph_url, version), person) for each in apps.values())
        return [each for listed in found for each in listed if each]

    return look_up


def blueprint(db: Database, accounts: Sequence[FacebookAccount], gateway_url: str) -> Blueprint:
    """`POST /webhooks/facebook/data-deletion` and `GET /xoa-du-lieu/<code>`."""
    doors = Blueprint("facebook_deletion", __name__, template_folder=str(FOLDER))
    app_secrets = {account.name: account.app_secret for account in accounts}

    @doors.post(PATH)
    def ask() -> Response:
        if not app_secrets:
            abort(404)
        signed_request = request.form.get("signed_request", "")
        try:
            person, names = wish_in(signed_request, app_secrets)
        except Forged:
            abort(403)
        except Malformed:
            abort(400)
        digest = hashlib.sha256(signed_request.encode("utf8", "replace")).hexdigest()
        code = want_deletion(db, NAME, names, person, digest)
        return jsonify(url=f"{gateway_url}/xoa-du-lieu/{code}", confirmation_code=code)

    @doors.get("/xoa-du-lieu/<code>")
    def status(code: str) -> Response:
        found = find_deletion(db, code.upper()) if CODE.fullmatch(code.upper()) else None
        done = found.done_at.astimezone(VIETNAM) if found and found.done_at else None
        style = (FOLDER / "deletion.css").read_text("utf8")
        page = render_template(
            "facebook_deletion.html",
            t=texts().deletion,
            deletion=found,
            asked=found and found.asked_at.astimezone(VIETNAM),
            done=done,
            style=style,
        )
        answer = make_response(page, 200 if found else 404)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        answer.headers["Content-Security-Policy"] = POLICY.format(f"sha256-{digest}")
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return doors
