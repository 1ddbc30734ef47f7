"""The care backend's REST API: `add_api(app, care, key)` puts it on an app."""

from __future__ import annotations

from dataclasses import dataclass, field

from apiflask import APIFlask

from care.api import (
    access,
    attachments,
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
    privacy,
    problems,
    tickets,
    wards,
)
from care.api.calls import BILLING, EXTENSION, SMS, STORE
from care.attachments.store import NoStore, Store
from care.billing.kept import TableBilling
from care.billing.source import Billing
from care.identity.sms import NoSms, Sms
from care.wired import Care

__all__ = ["LARGEST_BODY", "Outside", "add_api"]

LARGEST_BODY = 256 * 1024


@dataclass(frozen=True)
class Outside:
    """What the API reaches beyond the database; without `billing`, our own tables bill."""

    sms: Sms = field(default_factory=NoSms)
    store: Store = field(default_factory=NoStore)
    billing: Billing | None = None


def add_api(app: APIFlask, care: Care, key: str, confidential_key: str = "", outside: Outside | None = None) -> None:
    """All routes, the gate of `/api/v1`, problem documents and metrics. Raises ValueError without a key."""
    outside = outside or Outside()
    app.extensions[EXTENSION] = care
    app.extensions[SMS] = outside.sms
    app.extensions[STORE] = outside.store
    app.extensions[BILLING] = outside.billing or TableBilling(care.database)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    problems.register(app)
    metrics.register(app)
    document.register(app, care.catalogue)
    access.register(app, key, confidential_key)
    for part in (
        bills,
        tickets,
        attachments,
        outages,
        incidents,
        customers,
        catalogue,
        wards,
        notices,
        figures,
        identity,
        privacy,
        health,
    ):
        app.register_blueprint(part.bp)
