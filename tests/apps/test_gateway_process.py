"""The gateway's own process: slow clients are dropped, too many are refused in words, processes count together."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import requests

from settings import Settings
from tests.apps.gateway_process import Served, gateway, read_to_end
from tests.platforms import ZaloPlatform

PLACES = 12
FEW = {
    "GATEWAY_CONNECTIONS": str(PLACES), "GATEWAY_STALLED_S": "1", "GATEWAY_BODY_S": "0.5", "GATEWAY_STREAMS": "4",
    "RATE_MESSAGES_BURST": "500",
}  # fmt: skip


@pytest.fixture(scope="module")
def platform() -> ZaloPlatform:
    return ZaloPlatform()


def _settings(database_url: str, folder: Path, platform: ZaloPlatform) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it
        database_url=database_url,
        var_dir=folder,
        web_secret="a-secret-for-tests-only",
        zalo_app_id=platform.app_id,
        zalo_app_secret=platform.app_secret,
        zalo_oa_secret_key=platform.oa_secret_key,
        zalo_refresh_token=platform.refresh_token,
    )


@pytest.fixture
def served(database_url: str, tmp_path: Path, platform: ZaloPlatform) -> Iterator[Served]:
    with gateway(_settings(database_url, tmp_path, platform), tmp_path, FEW) as running:
        yield running


def test_a_client_that_trickles_is_dropped_at_the_headers_and_at_the_body(served: Served):
    with contextlib.closing(served.connect()) as headers, contextlib.closing(served.connect()) as body:
        headers.sendall(b"POST /webhooks/zalo HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        body.sendall(b"POST /webhooks/zalo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{")
        answer = read_to_end(body)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert "quá chậm" in answer.decode()
        assert b" 200 " not in read_to_end(headers)
    assert "Traceback" not in served.log.read_text()


def test_too_many_connections_are_told_to_come_again_and_then_served(served: Served):
    with contextlib.ExitStack() as held:
        for _ in range(PLACES):
            held.enter_context(contextlib.closing(served.connect()))
        with contextlib.closing(served.connect()) as late:
            late.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            head, _, document = read_to_end(late).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 5" in head
        assert json.loads(document)["status"] == 503
    # The places are free again as soon as the gateway has seen the others leave.
    while (answer := requests.get(f"{served.url}/healthz", timeout=20)).status_code == 503:
        pass
    assert answer.status_code == 200


def test_a_reader_that_does_not_read_is_dropped(served: Served):
    opened = requests.post(f"{served.url}/web/sessions", json={}, timeout=20).json()
    token = {"Authorization": "Bearer " + opened["token"]}
    for number in range(60):
        said = {"client_message_id": f"m{number}", "text": "điện " * 1_900}
        assert requests.post(f"{served.url}/web/messages", json=said, headers=token, timeout=20).status_code == 202
    with contextlib.closing(served.connect(room=4096)) as reader:
        reader.sendall(
            f"GET /web/events?after=0 HTTP/1.1\r\nHost: a\r\nAuthorization: {token['Authorization']}\r\n\r\n".encode()
        )
        assert reader.recv(12) == b"HTTP/1.1 200"
        # It reads nothing more until the gateway gave it up: that shows in the figures, as a stream that ended.
        url = f"{served.url}/web/events"
        with contextlib.ExitStack() as others:
            for _ in range(3):
                others.enter_context(requests.get(url, headers=token, stream=True, timeout=20))
            while (more := requests.get(url, headers=token, stream=True, timeout=20)).status_code == 503:
                assert more.headers["Retry-After"] == "10"
            more.close()
        assert len(read_to_end(reader)) < 60 * 1_900 * 7
    assert "Traceback" not in served.log.read_text()


def test_processes_side_by_side_store_once_and_count_together(database_url, tmp_path, platform):
    more = {"GATEWAY_PROCESSES": "2"}
    with gateway(_settings(database_url, tmp_path, platform), tmp_path, more) as running:
        bodies = [platform.event("an", text="mất điện", msg_id=uuid.uuid4().hex) for _ in range(20)] * 4
        with ThreadPoolExecutor(8) as senders:
            statuses = list(senders.map(lambda body: platform.deliver(running.url, body), bodies))
        figures = requests.get(f"{running.url}/metrics", timeout=20).text
    assert statuses == [200] * 80
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT count(*) FROM conversations.message WHERE direction = 'in'").fetchone()
    assert rows == (20,)
    assert 'channel_messages_total{channel="zalo",known="new"} 20.0' in figures
    assert 'channel_messages_total{channel="zalo",known="again"} 60.0' in figures
    assert 'channel_acknowledged_ms_count{channel="zalo"} 80.0' in figures
