"""The staff's process, for this machine alone: how the channels stand. `gunicorn 'apps.staff:create_app()'`."""

from __future__ import annotations

from flask import Flask, redirect
from prometheus_client import GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.registry import CollectorRegistry
from werkzeug.wrappers import Response as BaseResponse

from apps import logs, status
from apps.channel_status import ChannelStatus
from apps.health import add_health
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
    registry = _figures(channels)
    add_health(app, db.ready, lambda: generate_latest(registry))

    @app.get("/")
    def home() -> BaseResponse:
        return redirect("/status")

    return app


def _figures(channels: ChannelStatus) -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(StatusCollector(channels.read))
    return registry
