"""The action server as rasa's engine meets it: one process, loopback, a clean end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.actions.care_stand_in import KEY, serving
from tests.actions.fake_care import FakeCare

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server(care: FakeCare) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving(care) as care_url:
        settings = {"ACTIONS_PORT": str(port), "CARE_URL": care_url, "CARE_API_KEY": KEY, "ACTIONS_TOKEN": "t"}
        process = subprocess.Popen([sys.executable, "-m", "actions.server"], cwd=ROOT, env={**os.environ, **settings})
        try:
            for _ in range(100):
                try:
                    requests.get(f"{url}/healthz", timeout=1)
                    break
                except requests.ConnectionError:
                    time.sleep(0.1)
            yield url, process
        finally:
            process.kill()
            process.wait()


def call(text: str, action: str = "action_report_outage") -> dict:
    latest = {"text": text, "intent": {"name": "report_outage", "confidence": 0.9}, "metadata": {"message_id": "1"}}
    return {
        "next_action": action,
        "sender_id": "c1",
        "tracker": {"sender_id": "c1", "slots": {"task": None}, "latest_message": latest, "events": []},
        "domain": {},
    }


def test_health_calls_refusals_and_a_clean_end(server):
    url, process = server
    assert requests.get(f"{url}/health", timeout=5).status_code == 200
    assert requests.get(f"{url}/readyz", timeout=5).status_code == 200
    answer = requests.post(f"{url}/webhook?token=t", json=call("mất điện PB04019999999"), timeout=5).json()
    assert "PB04019999999" in answer["responses"][0]["text"]
    assert answer["events"][0]["name"] == "task"
    assert requests.post(f"{url}/webhook", json=call("a"), timeout=5).status_code == 401
    assert requests.post(f"{url}/webhook?token=t", json=call("a", "action_none"), timeout=5).status_code == 404
    assert requests.post(f"{url}/webhook?token=t", data=b"{", timeout=5).status_code == 400
    assert requests.post(f"{url}/webhook?token=t", data=json.dumps([]), timeout=5).status_code == 400
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_missing_settings_stop_the_start():
    bare = {k: v for k, v in os.environ.items() if k not in ("ACTIONS_PORT", "CARE_URL", "CARE_API_KEY")}
    done = subprocess.run([sys.executable, "-m", "actions.server"], cwd=ROOT, env=bare, capture_output=True, timeout=60)
    assert done.returncode != 0
    assert b"CARE_URL" in done.stderr
