"""Signed Zalo webhooks over HTTP into the gateway: how many are acknowledged, how soon, and that each is stored once.

`--against FOLDER` measures another checkout of the product in turn with this one.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import requests

from apps.migrate import migrate
from apps.postgres import running
from bench.wire import pour
from tests.product.copy import ROOT, free_ports

SECRETS = {
    "ZALO_APP_ID": "1", "ZALO_APP_SECRET": "s", "ZALO_OA_SECRET_KEY": "k", "ZALO_REFRESH_TOKEN": "r", "WEB_SECRET": "bench-web-secret-0123456789",
}  # fmt: skip
COUNT, CONNECTIONS, PEOPLE = 4_000, 64, 500
STORM, STORM_S, AGAIN = 10_000, 20.0, 0.3


def signed(user: str, message_id: str) -> bytes:
    """One webhook as Zalo sends it, a whole HTTP request."""
    stamp = str(int(time.time() * 1000))
    message = {"text": "mat dien roi", "msg_id": message_id}
    body = json.dumps(
        {"app_id": "1", "event_name": "user_send_text", "timestamp": stamp, "sender": {"id": user},
         "recipient": {"id": "2"}, "user_id_by_app": user, "message": message}
    ).encode()  # fmt: skip
    mac = hashlib.sha256(b"1" + body + stamp.encode() + b"k").hexdigest()
    head = (
        f"POST /webhooks/zalo HTTP/1.1\r\nHost: chat.example\r\nContent-Type: application/json\r\n"
        f"X-ZEvent-Signature: mac={mac}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def different(count: int) -> list[bytes]:
    """Webhooks of many people, none twice."""
    return [signed(f"u{n % PEOPLE}", uuid.uuid4().hex) for n in range(count)]


def repeated(count: int, again: float) -> tuple[list[bytes], int]:
    """Webhooks of which the share `again` are redeliveries, somewhere behind the first → with how many are different."""
    draw = random.Random(6)
    fresh = different(count - int(count * again))
    mixed = list(fresh)
    for each in draw.choices(fresh, k=count - len(fresh)):
        mixed.insert(min(len(mixed), mixed.index(each) + draw.randint(1, 200)), each)
    return mixed, len(fresh)


@dataclass(frozen=True)
class Running:
    """A gateway's port, its database's address, and the process ids of both."""

    port: int
    url: str
    programs: tuple[int, int]


@contextlib.contextmanager
def gateway(tree: Path, processes: int) -> Iterator[Running]:
    """The gateway of the checkout at `tree` on an empty database of its own."""
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        env = {**os.environ, **SECRETS, "DATABASE_URL": cluster.url, "VAR_DIR": folder, "PYTHONPATH": str(tree)}
        env |= {"GATEWAY_PORT": str(port), "GATEWAY_PROCESSES": str(processes), "LOG_LEVEL": "WARNING"}
        env |= {"PROMETHEUS_MULTIPROC_DIR": folder} if processes > 1 else {}
        # An older checkout has no worker of its own.
        worker = "apps.gateway_worker.GatewayWorker" if (tree / "apps" / "gateway_worker.py").exists() else "gevent"
        command = [sys.executable, "-m", "gunicorn", "apps.gateway:create_app()", "--no-control-socket", "-k", worker]
        command += ["--worker-connections", "6500", "--workers", str(processes), "--bind", f"127.0.0.1:{port}"]
        command += ["--keep-alive", "5", "--graceful-timeout", "2", "--log-level", "error"]
        process = subprocess.Popen(command, env=env, cwd=tree)
        try:
            _until_up(port)
            postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
            yield Running(port, cluster.url, (process.pid, postmaster))
        finally:
            process.terminate()
            process.wait(20)


def _until_up(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"http://127.0.0.1:{port}/webhooks/zalo", timeout=1).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the gateway did not start")


def stored(url: str) -> tuple[int, int]:
    """How many messages are in the database, and how many different ones."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*), count(DISTINCT platform_message_id) FROM conversations.message WHERE direction = 'in'"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def processor_s(*programs: int) -> float:
    """Processor seconds that these programs and their children used so far."""
    used = 0.0
    for pid in programs:
        for process in [(top := psutil.Process(pid)), *top.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                used += sum(process.cpu_times()[:2])
    return used


def workers(at: Running) -> list[int]:
    """The process ids of the gateway's workers."""
    return [child.pid for child in psutil.Process(at.programs[0]).children()]


def poured(title: str, at: Running, requests: list[bytes], connections: int, per_second: float | None = None) -> None:
    """Pour and print one line. At a busy machine the processor time for one webhook says more than the rate."""
    before = processor_s(*at.programs)
    tally = pour(at.port, requests, connections, per_second)
    used_ms = (processor_s(*at.programs) - before) * 1000 / len(tally.took)
    rate = len(tally.took) / tally.seconds
    refused = sum(count for status, count in tally.statuses.items() if status != 200)
    print(
        f"  {title:<46} {rate:>6.0f}/s  p50 {tally.percentile(0.5):.0f}, p95 {tally.percentile(0.95):.0f},"
        f" p99 {tally.percentile(0.99):.0f} ms, not acknowledged {refused}, {used_ms:.2f} ms of processor each,"
        f" load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def measure(tree: Path, processes: int, rounds: int) -> None:
    """All figures of one gateway."""
    with gateway(tree, processes) as at:
        name = f"{tree.name}, {processes} process{'es' if processes > 1 else ''}"
        pour(at.port, different(500), CONNECTIONS)
        for _ in range(rounds):
            poured(f"{name}: as fast as it goes", at, different(COUNT), CONNECTIONS)
        poured(f"{name}: 1,000/s offered", at, different(8_000), 256, 1_000)
        before = stored(at.url)[0]
        mixed, fresh = repeated(STORM, AGAIN)
        poured(f"{name}: {STORM:,} in {STORM_S:.0f} s, 30 % again", at, mixed, 256, STORM / STORM_S)
        rows, apart = stored(at.url)
        assert rows == apart == before + fresh, f"{rows} rows, {apart} different, {before + fresh} sent"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", type=Path)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print("signed Zalo webhooks over HTTP, client on the same cores (python -m bench.webhooks)", flush=True)
    for processes in asked.processes:
        for tree in [ROOT, *([asked.against] if asked.against else [])]:
            measure(tree, processes, asked.rounds)


if __name__ == "__main__":
    sys.exit(main())
