"""/api/v1/privacy and /api/v1/access-log"""

from __future__ import annotations

from flask import Response

from care.api.calls import billing, blueprint, shown, store, wired
from care.privacy import desk, log
from care.privacy.erasing import erase
from care.privacy.shapes import (
    AccessPage,
    AccessQuery,
    Corrected,
    Correction,
    Erased,
    PersonAsked,
    PersonData,
    Restricted,
    Restriction,
)

bp = blueprint("privacy")
WHO = {"customer_code": "PB04010012345", "by": "clerk.an", "request": "YC26481930"}
CORRECTION = WHO | {"name": "Nguyễn Văn An", "phones": ["0900000222"]}


@bp.post("/privacy/export")
@bp.input(PersonAsked, example=WHO)
@bp.output(PersonData)
@bp.doc(summary="All that is kept of a person")
def export_person(json_data: PersonAsked) -> Response:
    """For a request to see one's data; the access is logged."""
    _noted("privacy export", json_data)
    return shown(desk.everything(wired(), billing(), json_data))


@bp.post("/privacy/erase")
@bp.input(PersonAsked, example=WHO)
@bp.output(Erased)
@bp.doc(summary="Blank a person in everything that is over", responses=[502])
def erase_person(json_data: PersonAsked) -> Response:
    """Tickets keep code, service, ward and dates; open tickets and what the law keeps stay, and the answer says so.

    502 when a file could not be dropped: nothing is blanked then, ask again.
    """
    _noted("privacy erase", json_data)
    return shown(erase(wired(), store(), json_data))


@bp.post("/privacy/correct")
@bp.input(Correction, example=CORRECTION)
@bp.output(Corrected)
@bp.doc(summary="Put a contract's name or phones right", responses=[404])
def correct_person(json_data: Correction) -> Response:
    """Old and new values stay in the history of the `request`; a ticket's own facts are changed by `PATCH /tickets/{code}`."""
    given = desk.correct(wired(), json_data)
    log.note_access(wired(), json_data.by, "privacy correct", [given.customer_code], json_data.request)
    return shown(given)


@bp.post("/privacy/restrict")
@bp.input(Restriction, example=WHO | {"restricted": True})
@bp.output(Restricted)
@bp.doc(summary="Switch the use of a contract's personal data off or on")
def restrict_person(json_data: Restriction) -> Response:
    """While restricted, the contract's name and phones are shown to nobody."""
    _noted("privacy restrict", json_data)
    return shown(desk.restrict(wired(), json_data))


@bp.get("/access-log")
@bp.input(AccessQuery, location="query")
@bp.output(AccessPage)
@bp.doc(summary="Who saw whose private data")
def list_accesses(query_data: AccessQuery) -> Response:
    """Newest first. Callers name themselves by `X-Actor` and say why by `X-Reason`."""
    return shown(log.access_page(wired(), query_data))


def _noted(door: str, asked: PersonAsked) -> None:
    log.note_access(wired(), asked.by, door, [asked.words], asked.request)
