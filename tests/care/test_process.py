"""The care API as its own process: a kill in the middle files nothing twice and loses nothing answered."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from settings import ROOT
from tests.care.conftest import KEY, REPORT

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def start(database_url: str, port: int) -> Iterator[Start]:
    env = {**os.environ, "DATABASE_URL": database_url, "CARE_API_KEY": KEY, "PYTHONPATH": str(ROOT)}
    options = ["--bind", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "4", "--log-level", "error"]
    started: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "gunicorn", "apps.care:create_app()", *options, "--no-control-socket"]
        process = subprocess.Popen(command, env=env, cwd=ROOT, start_new_session=True)
        started.append(process)
        for _ in range(300):
            try:
                if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=30).ok:
                    return process
            except requests.ConnectionError:
                time.sleep(0.1)
        raise TimeoutError("the care API was not ready in time")

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def test_killed_while_filing_then_asked_again_with_the_same_keys(start: Start, port: int) -> None:
    url, answers = f"http://127.0.0.1:{port}/api/v1/tickets", dict[int, str]()

    def file(number: int) -> None:
        headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": f"message-{number}"}
        body = REPORT | {"phone": f"0900001{number:03}"}
        try:
            answer = requests.post(url, json=body, headers=headers, timeout=10)
        except requests.ConnectionError:
            return
        assert answer.status_code in (200, 201)
        code = answer.json()["code"]
        assert answers.setdefault(number, code) == code

    process = start()
    callers = [threading.Thread(target=file, args=[number]) for number in range(40)]
    for caller in callers:
        caller.start()
    time.sleep(0.15)
    os.killpg(process.pid, signal.SIGKILL)
    for caller in callers:
        caller.join()

    start()
    for number in range(40):
        file(number)

    headers = {"Authorization": f"Bearer {KEY}"}
    found = requests.get(url, params={"limit": 500}, headers=headers, timeout=10).json()["items"]
    assert len(answers) == 40
    assert sorted(ticket["code"] for ticket in found) == sorted(answers.values())
