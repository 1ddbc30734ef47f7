"""The gateway process: the only public door. `gunicorn -k gevent 'apps.gateway:create_app()'`.

gevent patches the standard library before this is imported: nothing here may be loaded into gunicorn's parent
(no `--preload`).
"""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from apps import logs, tracing
from apps.care_room import care_room
from apps.duty import duty_listeners
from apps.health import add_health
from channels import blueprints, headers
from channels.limits import install as hold_pace
from channels.limits import limits
from channels.problems import install
from conversations import Database, LiveEvents
from public import blueprints as public_blueprints
from settings import Settings, load

LARGEST_BODY = 2 * 1024 * 1024
# A request waits so long for a free connection of the pool: then "come again" is the better answer.
POOL_WAIT_S = 1.0


def create_app(settings: Settings | None = None, db: Database | None = None) -> Flask:
    """The WSGI app; raises channels.BadAccounts and ValueError for settings that can't work."""
    settings = settings or load()
    logs.configure(settings.log_level)
    db = db or Database(settings.database_url, pool_size=20, wait_s=POOL_WAIT_S)
    app = Flask("gateway", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    by = limits(settings)
    tracing.install(app, behind_proxy=settings.trusted_proxies > 0)
    hold_pace(app, by)
    headers.install(app, settings.gateway_url)
    install(app)
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    live = app.extensions["live"] = LiveEvents(db.url)
    keys = {settings.open311_api_key: "open311"} if settings.open311_api_key else {}
    care = app.extensions["care"] = care_room(settings)
    pages = public_blueprints(care, settings.gateway_url, settings.web_secret, keys, settings.portal_secret)
    for doors in [*blueprints(settings, db, live, by, duty_listeners(settings, care)), *pages]:
        app.register_blueprint(doors)
    add_health(app, db.ready)
    return app
