"""Without a database every public door says so in its own format."""

from __future__ import annotations

import pytest
from flask import Flask

from care.database import Database
from care.wired import Care
from public import blueprints


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/lich-cat-dien?ward=Cái Khế&province=Cần Thơ", "text/html"),
        ("/chat-luong", "text/html"),
        ("/open311/v2/requests.json", "application/json"),
        ("/open311/v2/requests.xml", "text/xml"),
    ],
)
def test_away(path: str, kind: str):
    database = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing?connect_timeout=1")
    gateway = Flask("gateway", static_folder=None)
    for doors in blueprints(Care(database=database), "https://cskh.example", "secret", {}):
        gateway.register_blueprint(doors)
    answer = gateway.test_client().get(path)
    database.close()
    assert (answer.status_code, answer.mimetype) == (503, kind)
    assert answer.headers["Retry-After"] == "5"
