"""The care API's process: gunicorn serves `apps.care:create_app()`."""

from __future__ import annotations

from apiflask import APIFlask

from apps import logs
from apps.care_room import care_room
from care import add_api
from care.identity.sms import ConsoleSms, HttpSms, NoSms, Sms
from settings import Settings


def _sms(settings: Settings) -> Sms:
    """The gateway when there is one; else, in demonstration only, the console of `make run`."""
    if settings.sms_url:
        return HttpSms(settings.sms_url, settings.sms_key)
    return NoSms() if settings.app_env == "production" else ConsoleSms(settings.console)


def create_app(settings: Settings | None = None) -> APIFlask:
    """The app; raises CatalogueError for a broken catalogue file, ValueError without a CARE_API_KEY."""
    settings = settings or Settings()
    logs.configure(settings.log_level)
    app = APIFlask("care", title="Customer care API", version="1", docs_path="/docs", spec_path="/openapi.json")
    add_api(app, care_room(settings), settings.care_api_key, settings.care_confidential_key, _sms(settings))
    return app
