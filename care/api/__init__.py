"""The care backend's REST API: `add_api(app, care, key)` puts it on an app."""

from __future__ import annotations

from apiflask import APIFlask

from care.api import (
    access,
    bills,
    catalogue,
    customers,
    document,
    figures,
    health,
    identity,
    incidents,
    metrics,
    notices,
    outages,
    problems,
    tickets,
)
from care.api.calls import EXTENSION, SMS
from care.identity.sms import NoSms, Sms
from care.wired import Care

__all__ = ["LARGEST_BODY", "add_api"]

LARGEST_BODY = 256 * 1024


def add_api(app: APIFlask, care: Care, key: str, confidential_key: str = "", sms: Sms | None = None) -> None:
    """All routes, the gate of `/api/v1`, problem documents and metrics. Raises ValueError without a key."""
    app.extensions[EXTENSION] = care
    app.extensions[SMS] = sms or NoSms()
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    problems.register(app)
    metrics.register(app)
    document.register(app)
    access.register(app, key, confidential_key)
    for part in (bills, tickets, outages, incidents, customers, catalogue, notices, figures, identity, health):
        app.register_blueprint(part.bp)
