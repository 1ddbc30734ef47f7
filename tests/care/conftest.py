"""A care API on a fresh database, with a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from care.api import add_api
from care.database import Database
from care.due import UTC
from care.wired import Care

# A werkzeug TestResponse whose `json` is whatever the API said.
Answer = Any
KEY = "care-key-of-the-tests"


@dataclass
class Clock:
    """Now, moved by hand. Starts on a Monday, 10:00 in Vietnam, no holiday near."""

    moment: datetime = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def passes(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


@dataclass
class Api:
    """The API as a caller with the key sees it."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": f"Bearer {KEY}"})

    def get(self, path: str, **query: Any) -> Answer:
        renamed = {name.rstrip("_"): value for name, value in query.items()}
        return self.client.get(f"/api/v1{path}", query_string=renamed, headers=self.headers)

    def post(self, path: str, body: Any = None, key: str | None = None) -> Answer:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def patch(self, path: str, body: Any) -> Answer:
        return self.client.patch(f"/api/v1{path}", json=body, headers=self.headers)

    def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json["items"]
        return found

    def filed(self, **changes: Any) -> dict[str, Any]:
        """A new ticket: a fault at 5 Trần Phú, Ba Đình, with `changes`."""
        answer = self.post("/tickets", REPORT | changes)
        assert answer.status_code == 201, answer.text
        ticket: dict[str, Any] = answer.json
        return ticket


REPORT = {
    "service": "REPORT_OUTAGE",
    "channel": "phone",
    "phone": "0900000111",
    "contact_name": "Nguyễn Văn A",
    "address": {"street": "5 Trần Phú", "ward": "Ba Đình", "province": "Hà Nội"},
    "description": "mất điện",
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def care(database_url: str, clock: Clock) -> Iterator[Care]:
    database = Database(database_url)
    yield Care(database=database, now=clock)
    database.close()


@pytest.fixture
def app(care: Care) -> APIFlask:
    app = APIFlask("care", docs_path="/docs", spec_path="/openapi.json")
    add_api(app, care, KEY)
    return app


@pytest.fixture
def api(app: APIFlask) -> Api:
    return Api(app.test_client())


@pytest.fixture
def session(sqlalchemy_url: str) -> Iterator[Session]:
    """A way past the API to the rows."""
    engine = create_engine(sqlalchemy_url)
    with Session(engine) as session:
        yield session
    engine.dispose()
