"""The staff's process, for this machine alone: how the channels stand. `gunicorn 'apps.staff:create_app()'`."""

from __future__ import annotations

import ipaddress

from flask import Flask, Response, abort, redirect, request
from prometheus_client import CONTENT_TYPE_LATEST, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.registry import CollectorRegistry
from werkzeug.wrappers import Response as BaseResponse

from apps import logs, status
from apps.channel_status import ChannelStatus
from apps.status_metrics import StatusCollector
from conversations import Database
from settings import Settings, load


def create_app(settings: Settings | None = None, db: Database | None = None) -> Flask:
    """The WSGI app; raises channels.BadAccounts for accounts that can't work."""
    settings = settings or load()
    logs.configure(settings.log_level)
    db = db or Database(settings.database_url, pool_size=4)
    app = Flask("staff", static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    channels = ChannelStatus(settings, db)
    channels.check()
    app.register_blueprint(status.blueprint(channels))
    _add_health(app, db, channels)
    return app


def _add_health(app: Flask, db: Database, channels: ChannelStatus) -> None:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(StatusCollector(channels.read))

    @app.get("/")
    def home() -> BaseResponse:
        return redirect("/status")

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        is_ready = db.ready()
        return Response("ready\n" if is_ready else "not ready\n", 200 if is_ready else 503, mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        near = request.remote_addr and ipaddress.ip_address(request.remote_addr).is_private
        if not near or "X-Forwarded-For" in request.headers:
            abort(404)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
