"""The OpenAPI document: what APIFlask cannot know is added here, once for all operations."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

Json = dict[str, Any]

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


def register(app: APIFlask) -> None:
    """Finish the document whenever it is made."""
    app.spec_processor(_finish)


def _finish(spec: Json | str) -> Json | str:
    if isinstance(spec, str):
        raise TypeError("the document is finished as JSON, before it becomes YAML")
    schemas = spec["components"]["schemas"]
    schemas["Problem"] = PROBLEM
    for unused in ("HTTPError", "ValidationError"):
        schemas.pop(unused, None)
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if method in ("get", "post", "patch", "delete"):
                _finish_operation(path, method, operation)
    return spec


def _finish_operation(path: str, method: str, operation: Json) -> None:
    operation["security"] = [{"BearerAuth": []}]
    responses = operation["responses"]
    for status, words in EVERYWHERE.items():
        responses.setdefault(status, {"description": words})
    for status, response in responses.items():
        if status[0] in "45":
            response["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    if method == "post" and path in KEYED:
        operation.setdefault("parameters", []).append(KEY)
    if (path, method) in VERSIONED:
        operation.setdefault("parameters", []).append(VERSION)
    if (path, method) == ("/api/v1/tickets", "post"):
        responses["200"]["content"] = responses["201"]["content"]
