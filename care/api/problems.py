"""Every error as a problem document (RFC 9457), in one place."""

from __future__ import annotations

from http import HTTPStatus

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, json, request

from care.errors import (
    BillingUnavailable,
    CareError,
    DatabaseUnavailable,
    Invalid,
    KeyReused,
    NotAllowed,
    NotFound,
    NotVerified,
    Outdated,
    SmsFailed,
    StoreFailed,
    TooManyTries,
)

STATUS: dict[type[CareError], int] = {
    NotFound: 404,
    NotVerified: 403,
    NotAllowed: 409,
    Outdated: 409,
    Invalid: 422,
    KeyReused: 422,
    TooManyTries: 429,
    DatabaseUnavailable: 503,
    BillingUnavailable: 503,
    SmsFailed: 502,
    StoreFailed: 502,
}
RETRY_AFTER_S = 2
MOST_ERRORS = 20


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: object) -> Response:
    """A problem document; `more` are its own members, or a `type` and `title` of its own."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.path, **more}
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def register(app: APIFlask) -> None:
    """Answer errors of ours, of validation and of HTTP itself with problem documents."""
    app.error_processor(_of_http)
    app.register_error_handler(CareError, _of_care)
    app.register_error_handler(RecursionError, _too_deep)


def _of_http(error: HTTPError) -> Response:
    headers = {
        name: str(value) for name, value in dict(error.headers or {}).items() if name.lower() != "content-length"
    }
    if error.status_code == 422 and isinstance(error.detail, dict):
        return problem(422, "The request does not fit its description.", headers, errors=_field_errors(error.detail))
    return problem(error.status_code, str(error.message or HTTPStatus(error.status_code).description), headers)


def _field_errors(detail: dict[str, object]) -> list[dict[str, str]]:
    """APIFlask's {location: {field: [reasons]}} as a flat list."""
    errors = [
        {"in": location, "field": str(field)[:100], "detail": str(reason)[:300]}
        for location, fields in detail.items()
        if isinstance(fields, dict)
        for field, reasons in fields.items()
        for reason in (reasons if isinstance(reasons, list) else [reasons])
    ]
    return errors[:MOST_ERRORS]


def _of_care(error: CareError) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    if isinstance(error, NotAllowed):
        return problem(409, str(error), current=error.status, allowed=list(error.allowed))
    if isinstance(error, Outdated):
        return problem(409, str(error), version=error.version)
    if isinstance(error, Invalid):
        field = {"in": "body" if request.method in ("POST", "PATCH") else "query", "field": error.field}
        return problem(422, str(error), errors=[{**field, "detail": error.reason}])
    if isinstance(error, TooManyTries):
        return problem(429, str(error), {"Retry-After": str(error.seconds)}, retry_after=error.seconds)
    if isinstance(error, DatabaseUnavailable):
        return problem(503, str(error), {"Retry-After": str(RETRY_AFTER_S)})
    if isinstance(error, BillingUnavailable):
        kind, title = "urn:problem:billing-unavailable", "The billing system does not answer"
        again = {"Retry-After": str(error.seconds)}
        return problem(503, str(error), again, type=kind, title=title, retry_after=error.seconds)
    if isinstance(error, NotVerified):
        kind, title = "urn:problem:not-verified", "The conversation is not verified for this contract"
        return problem(403, str(error), type=kind, title=title)
    return problem(status, str(error))


def _too_deep(_error: RecursionError) -> Response:
    return problem(400, "The JSON is nested too deeply.")
