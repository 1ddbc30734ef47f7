"""Whatever the OpenAPI document allows, and what it forbids: no call ends in a 500. Slow: `make test-all`."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings

from care.api import Outside, add_api
from care.attachments.store import FolderStore
from care.wired import Care
from tests.care.conftest import KEY, Api
from tests.care.incidents.conftest import callers, network  # noqa: F401  the network's fixtures


class Phone:
    """Takes every message."""

    def send_code(self, phone: str, code: str, text: str) -> None: ...


@pytest.fixture
def whole_api(care: Care, callers, tmp_path: Path):  # noqa: F811
    callers.three_at("T11")
    app = APIFlask("care", docs_path="/docs", spec_path="/openapi.json")
    add_api(app, care, KEY, outside=Outside(sms=Phone(), store=FolderStore(tmp_path)))
    Api(app.test_client()).filed()
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.slow
def test_no_call_is_a_server_error(whole_api) -> None:
    failed = dict[str, str]()

    def run(operation) -> None:
        @given(case=operation.as_strategy())
        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def call(case) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {KEY}"})
            assert answer.status_code < 500, f"{answer.status_code} for {case.as_curl_command()}"

        try:
            call()
        except AssertionError as error:
            failed[operation.label] = str(error)[:500]

    operations = [result.ok() for result in whole_api.get_all_operations()]
    assert len(operations) > 40
    for operation in operations:
        run(operation)
    assert failed == {}
