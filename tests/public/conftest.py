"""The public pages on a fresh database, with the care API beside them to make what they show."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask import Flask
from flask.testing import FlaskClient

from care.wired import Care
from public import blueprints
from tests.care.conftest import Api, Clock, api, app, care, clock, session
from tests.care.incidents.conftest import callers, network

__all__ = ["Api", "Clock", "api", "app", "callers", "care", "clock", "network", "session"]

OPEN311_KEY = "open311-key-of-the-tests"
PORTAL_SECRET = "portal-secret-of-the-tests"


@pytest.fixture
def gateway(care: Care, app: APIFlask) -> Flask:
    made = Flask("gateway", static_folder=None)
    for doors in blueprints(
        care, "https://cskh.example", "secret-of-the-tests", {OPEN311_KEY: "thành phố"}, PORTAL_SECRET
    ):
        made.register_blueprint(doors)
    return made


@pytest.fixture
def pages(gateway: Flask) -> FlaskClient:
    return gateway.test_client()
