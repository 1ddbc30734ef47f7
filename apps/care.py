"""The care API's process: gunicorn serves `apps.care:create_app()`."""

from __future__ import annotations

from apiflask import APIFlask

from apps import logs
from apps.care_room import care_room
from care import Outside, add_api
from care.attachments.store import FolderStore, S3Store, Store
from care.identity.sms import ConsoleSms, HttpSms, NoSms, Sms
from settings import Settings


def _sms(settings: Settings) -> Sms:
    """The gateway when there is one; else, in demonstration only, the console of `make run`."""
    if settings.sms_url:
        return HttpSms(settings.sms_url, settings.sms_key)
    return NoSms() if settings.app_env == "production" else ConsoleSms(settings.console)


def _store(settings: Settings) -> Store:
    """An S3-compatible bucket when there is one, else a folder."""
    if settings.s3_url:
        return S3Store(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, settings.s3_region)
    return FolderStore(settings.var_dir / "attachments")


def create_app(settings: Settings | None = None) -> APIFlask:
    """The app; raises CatalogueError for a broken catalogue file, ValueError without a CARE_API_KEY."""
    settings = settings or Settings()
    logs.configure(settings.log_level)
    app = APIFlask("care", title="Customer care API", version="1", docs_path="/docs", spec_path="/openapi.json")
    outside = Outside(_sms(settings), _store(settings))
    add_api(app, care_room(settings), settings.care_api_key, settings.care_confidential_key, outside)
    return app
