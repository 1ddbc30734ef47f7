"""The blueprints of the room."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from care import Care
from care.errors import DatabaseUnavailable
from public import figures_page, forms, lookup, open311, outages_page, portal
from public.pages import page, problem, texts


def blueprints(
    care: Care, public_url: str, secret: str, open311_keys: Mapping[str, str], portal_secret: str = ""
) -> list[Blueprint]:
    """All doors. `secret` signs forms; `open311_keys` are api_key and who holds it."""
    shared = Blueprint(
        "public", __name__, static_folder="static", static_url_path="/public", template_folder="templates"
    )

    @shared.app_context_processor
    def facts() -> dict[str, str]:
        return {"hotline": care.catalogue.places.national.hotline}

    doors = [
        shared,
        lookup.blueprint(care),
        outages_page.blueprint(care, public_url),
        figures_page.blueprint(care),
        forms.blueprint(care, secret),
        open311.blueprint(care, open311_keys),
        portal.blueprint(care, portal_secret),
    ]
    for door in doors:
        door.register_error_handler(DatabaseUnavailable, _away)
    return doors


def _away(_error: DatabaseUnavailable) -> Response:
    """The database does not answer: said in the door's own format."""
    if request.path.startswith(("/portal/", "/public/")) and request.mimetype == "application/json":
        answer = problem(503, texts()["site"]["away"])
    elif request.path.startswith("/open311/"):
        answer = open311.failed(503, texts()["site"]["away"])
    else:
        answer = page("away", 503)
    answer.headers["Retry-After"] = "5"
    return answer
