"""The care API's process: gunicorn serves `apps.care:create_app()`."""

from __future__ import annotations

from apiflask import APIFlask

from apps import logs
from apps.care_room import billing, care_room, file_store, sms
from care import Outside, add_api
from settings import Settings


def create_app(settings: Settings | None = None) -> APIFlask:
    """The app; raises CatalogueError for a broken catalogue file, ValueError without a CARE_API_KEY."""
    settings = settings or Settings()
    logs.configure(settings.log_level)
    app = APIFlask("care", title="Customer care API", version="1", docs_path="/docs", spec_path="/openapi.json")
    outside = Outside(sms(settings), file_store(settings), billing(settings))
    add_api(app, care_room(settings), settings.care_api_key, settings.care_confidential_key, outside)
    return app
