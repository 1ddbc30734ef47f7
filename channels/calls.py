"""Calling a platform over HTTP: one raw call, whose network failures become the spine's Retry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

from conversations import RateLimited, Refused, Retry, Undeliverable

CONNECT_S, READ_S = 5.0, 20.0
LONGEST_REASON = 300
Part = TypeVar("Part")


@dataclass(frozen=True)
class Reply:
    """A platform's answer: HTTP status and the JSON object in it (empty when there is none)."""

    status: int
    body: dict[str, Any]


def post(session: requests.Session, url: str, **what: Mapping[str, Any]) -> Reply:
    """One POST; raises Retry (no answer, or the platform's own fault) and RateLimited (HTTP 429).

    `what` goes to `requests` as it is: json, data, headers, params. No reason holds the address: it may carry a token.
    """
    try:
        answer = session.post(url, timeout=(CONNECT_S, READ_S), allow_redirects=False, **what)  # type: ignore[arg-type]  # each a mapping
    except requests.RequestException as error:
        raise Retry(f"no answer: {type(error).__name__}") from None
    if answer.status_code == requests.codes.too_many_requests:
        after = answer.headers.get("Retry-After", "")
        raise RateLimited("HTTP 429", float(after) if after.isdigit() else 60.0)
    if answer.status_code >= requests.codes.internal_server_error:
        raise Retry(f"HTTP {answer.status_code}")
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        body = {}
    return Reply(answer.status_code, body if isinstance(body, dict) else {})


def reason(code: object, message: object) -> str:
    """A platform's error as it is kept with the message."""
    return f"{code}: {message}"[:LONGEST_REASON]


class Progress:
    """How many parts of a message have left, so that a retry goes on instead of repeating them.

    Held by one process: after its death a message of several parts may be repeated from its first.
    """

    def __init__(self) -> None:
        self._parts_sent: dict[int, int] = {}

    def send_rest(self, message_id: int, parts: Sequence[Part], send: Callable[[Part], str | None]) -> str | None:
        """`send` each part that has not left yet → what the last one came to. Raises what `send` raises; after a refusal
        for good the message is finished too."""
        came = None
        try:
            for each in parts[self._parts_sent.get(message_id, 0) :]:
                came = send(each)
                self._parts_sent[message_id] = self._parts_sent.get(message_id, 0) + 1
        except (Undeliverable, Refused):
            self._parts_sent.pop(message_id, None)
            raise
        self._parts_sent.pop(message_id, None)
        return came
