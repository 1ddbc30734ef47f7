"""Calling a platform over HTTP: one raw call, whose network failures become the spine's Retry or Unclear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from conversations import RateLimited, Retry, Unclear

CONNECT_S, READ_S = 5.0, 20.0
LONGEST_REASON = 300


@dataclass(frozen=True)
class Reply:
    """A platform's answer: HTTP status, the JSON object in it (empty when there is none), headers (any case)."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


def post(session: requests.Session, url: str, **what: Mapping[str, Any]) -> Reply:
    """One POST; raises Retry (it never left), Unclear (no answer, or the platform's own fault) and RateLimited (HTTP 429).

    `what` goes to `requests` as it is: json, data, headers, params. No reason holds the address: it may carry a token.
    """
    return _call(session, "POST", url, what)


def get(session: requests.Session, url: str, **what: Mapping[str, Any]) -> Reply:
    """One GET, like `post`."""
    return _call(session, "GET", url, what)


def _call(session: requests.Session, method: str, url: str, what: Mapping[str, Any]) -> Reply:
    try:
        answer = session.request(method, url, timeout=(CONNECT_S, READ_S), allow_redirects=False, **what)
    except requests.RequestException as error:
        kind = Retry if _never_left(error) else Unclear
        raise kind(f"no answer: {type(error).__name__}") from None
    if answer.status_code == requests.codes.too_many_requests:
        after = answer.headers.get("Retry-After", "")
        raise RateLimited("HTTP 429", float(after) if after.isdigit() else 60.0)
    if answer.status_code >= requests.codes.internal_server_error:
        raise Unclear(f"HTTP {answer.status_code}")
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        body = {}
    return Reply(answer.status_code, body if isinstance(body, dict) else {}, answer.headers)


def reason(code: object, message: object) -> str:
    """A platform's error as it is kept with the message."""
    return f"{code}: {message}"[:LONGEST_REASON]


def _never_left(error: requests.RequestException) -> bool:
    """Whether there was no connection at all, so that nothing can have been taken."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)
