"""Who may ask how fast, so that a storm comes in and a flood does not: by address, by session, never by platform.

A platform's webhooks all come from a few addresses: whatever is signed is taken, at any rate. Forged ones are refused in
any case; only what is written about them is limited.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from flask import Flask, Response, request

from channels.problems import problem
from channels.throttle import Throttle
from conversations import caller_of
from settings import Settings

UNCOUNTED = ("/webhooks/", "/healthz", "/readyz", "/metrics")


@dataclass(frozen=True)
class Limits:
    """The buckets of one process."""

    address: Throttle
    sessions: Throttle
    messages: Throttle
    forged: Throttle = field(default_factory=lambda: Throttle(burst=5, per_s=0.1))  # lines in the log


def limits(settings: Settings) -> Limits:
    """As the settings say."""
    return Limits(
        Throttle(settings.rate_address_burst, settings.rate_address_per_s),
        Throttle(settings.rate_sessions_burst, settings.rate_sessions_per_s),
        Throttle(settings.rate_messages_burst, settings.rate_messages_per_s),
    )


def caller() -> str:
    """The address of who asks, or its network."""
    return caller_of(request.remote_addr)


def refused(throttle: Throttle, key: str = "too_many") -> Response | None:
    """What to answer to an address that asks faster than `throttle` allows; None when it may."""
    wait_s = throttle.call_s(caller(), time.monotonic())
    return problem(429, key, {"Retry-After": str(wait_s)}) if wait_s else None


def install(app: Flask, by: Limits) -> None:
    """Hold every address to its pace on every route but the platforms' and our own."""

    @app.before_request
    def hold() -> Response | None:
        return None if request.path.startswith(UNCOUNTED) else refused(by.address)
