"""One answer of each call for the OpenAPI document: of catalogue calls what the catalogue says, else from examples.yml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from care.catalogue import Catalogue
from care.words import words_in

Json = dict[str, Any]
FILE = Path(__file__).parent / "examples.yml"


def answers(catalogue: Catalogue) -> Mapping[str, Any]:
    """Examples by "METHOD path"; lists of the catalogue with their first item."""
    places = catalogue.places
    service = _plain(next(iter(catalogue.services.values())))
    national = {"centre": None, "name_vi": places.national.app, "numbers": [places.national.hotline]}
    hotlines = {"items": [national], "national": _plain(places.national), "hours": _plain(places.hours), "next": None}
    tariffs = {name: part[:1] if isinstance(part, list) else part for name, part in _plain(catalogue.tariffs).items()}
    facts = {name: part[:1] if isinstance(part, list) else part for name, part in _plain(catalogue.faq).items()}
    known = {
        "GET /api/v1/services": {"items": [service], "next": None},
        "GET /api/v1/services/{service_id}": service,
        "GET /api/v1/centres": {"items": [_plain(places.centres[0])], "next": None},
        "GET /api/v1/hotlines": hotlines,
        "GET /api/v1/tariffs": tariffs,
        "GET /api/v1/faq": facts,
    }
    return known | dict(words_in(FILE)["answers"])


def problem(status: str, path: str, words: str) -> Json:
    """A problem document of this status."""
    title = HTTPStatus(int(status)).phrase
    example: Json = {"type": "about:blank", "title": title, "status": int(status), "detail": words, "instance": path}
    if status == "422":
        example["errors"] = [{"in": "body", "field": "phone", "detail": "not a phone number"}]
    elif status == "409":
        example |= {"current": "new", "allowed": ["accepted", "rejected", "cancelled"]}
    elif status == "429":
        example["retry_after"] = 600
    return example


def _plain(shape: Any) -> Json:
    found: Json = json.loads(shape.model_dump_json(by_alias=True))
    return found
