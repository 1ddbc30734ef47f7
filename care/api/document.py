"""The OpenAPI document: what APIFlask cannot know is added here, once for all operations."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from apiflask import APIFlask

from care.api import examples
from care.catalogue import Catalogue
from care.export import XLSX

Json = dict[str, Any]
BYTES: Json = {"type": "string", "format": "binary"}
SCHEDULE = """start,end,khu vực,lý do
05/01/2031 08:00,05/01/2031 11:30,"đường Trần Phú, phường Cái Khế",bảo trì
"""
# Answers that are no JSON, by path; and the one body that is a file itself.
FILES = {
    "/api/v1/tickets/export.csv": "text/csv",
    "/api/v1/tickets/export.xlsx": XLSX,
    "/api/v1/tickets/{code}/attachments/{number}": "application/octet-stream",
}
STATION = {
    "stationCode": "TBA00001",
    "stationName": "Trạm Trần Phú",
    "fromDate": "2031-01-05 08:00:00",
    "toDate": "2031-01-05 11:30:00",
    "reason": "bảo trì",
    "statusStr": "Đã duyệt",
}
IMPORT = "/api/v1/outages/import"
UPLOAD = "/api/v1/tickets/{code}/attachments"

PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "of a 422: what is wrong with which field",
            "items": {
                "type": "object",
                "properties": {"in": {"type": "string"}, "field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "allowed": {
            "type": "array",
            "items": {"type": "string"},
            "description": "of a 409: the states that may follow",
        },
        "retry_after": {"type": "integer", "description": "of a 429, or a 503 of billing: seconds"},
    },
}
KEY: Json = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "The same key and body get the first answer again; another body is a 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
VERSION: Json = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The version that the caller saw, as the ETag gave it; 409 when the ticket has changed since.",
    "schema": {"type": "string"},
}
KEYED = (
    "/api/v1/tickets",
    "/api/v1/tickets/{code}/transitions",
    "/api/v1/tickets/{code}/notes",
    "/api/v1/outages",
)
VERSIONED = (("/api/v1/tickets/{code}", "patch"), ("/api/v1/tickets/{code}/transitions", "post"))
EVERYWHERE = {"401": "No or a wrong key", "422": "Does not fit the description", "503": "The database does not answer"}


def register(app: APIFlask, catalogue: Catalogue) -> None:
    """Finish the document whenever it is made."""
    app.spec_processor(partial(_finish, app=app, answers=examples.answers(catalogue)))


def _finish(spec: Json | str, app: APIFlask, answers: Mapping[str, Any]) -> Json | str:
    if isinstance(spec, str):
        raise TypeError("the document is finished as JSON, before it becomes YAML")
    schemas = spec["components"]["schemas"]
    schemas["Problem"] = PROBLEM
    for unused in ("HTTPError", "ValidationError"):
        schemas.pop(unused, None)
    words = _descriptions(app)
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if method in ("get", "post", "patch", "delete"):
                _finish_operation(path, method, operation)
                _add_examples(path, method, operation, answers)
                operation["description"] = words[path, method]
    return spec


def _descriptions(app: APIFlask) -> Mapping[tuple[str, str], str]:
    """The whole docstring of each view, by path and method: APIFlask alone drops the first line."""
    return {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower()): inspect.cleandoc(
            app.view_functions[rule.endpoint].__doc__ or ""
        )
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _add_examples(path: str, method: str, operation: Json, answers: Mapping[str, Any]) -> None:
    """What each call answers, and the bodies that are files."""
    if path == IMPORT:
        kinds = {"text/csv": {"schema": BYTES, "example": SCHEDULE}, "application/json": {}, XLSX: {"schema": BYTES}}
        kinds["application/json"] = {"schema": {"type": "array"}, "example": [STATION]}
        operation["requestBody"] = {"required": True, "content": kinds}
    elif (path, method) == (UPLOAD, "post"):
        upload = operation["requestBody"]["content"]["multipart/form-data"]
        upload["example"] = {"file": "cong-to.jpg", "by": "clerk.an"}
    for status, response in operation["responses"].items():
        if status[0] != "2" or not response.get("content"):
            continue
        if path in FILES:
            response["content"] = {FILES[path]: {"schema": BYTES}}
        content = next(iter(response["content"].values()))
        if (example := answers.get(f"{method.upper()} {path}")) is not None:
            content.setdefault("example", example)


def _finish_operation(path: str, method: str, operation: Json) -> None:
    operation["security"] = [{"BearerAuth": []}]
    responses = operation["responses"]
    for status, words in EVERYWHERE.items():
        responses.setdefault(status, {"description": words})
    for status, response in responses.items():
        if status[0] in "45":
            schema = {"$ref": "#/components/schemas/Problem"}
            example = examples.problem(status, path, response["description"])
            response["content"] = {"application/problem+json": {"schema": schema, "example": example}}
    if method == "post" and path in KEYED:
        operation.setdefault("parameters", []).append(KEY)
    if (path, method) in VERSIONED:
        operation.setdefault("parameters", []).append(VERSION)
    if (path, method) == ("/api/v1/tickets", "post"):
        responses["200"]["content"] = responses["201"]["content"]
