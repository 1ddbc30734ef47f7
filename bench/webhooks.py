"""Signed Zalo webhooks over HTTP into the gateway: messages acknowledged per second."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from multiprocessing.synchronize import Barrier
from pathlib import Path

import requests

from apps.migrate import migrate
from apps.postgres import running
from tests.product.copy import ROOT, free_ports

SECRETS = {
    "ZALO_APP_ID": "1", "ZALO_APP_SECRET": "s", "ZALO_OA_SECRET_KEY": "k", "ZALO_REFRESH_TOKEN": "r", "WEB_SECRET": "bench-web-secret-0123456789",
}  # fmt: skip
PROCESSES, THREADS, COUNT = 2, 4, 3_000


def _signed(user: str) -> tuple[bytes, dict[str, str]]:
    stamp = str(int(time.time() * 1000))
    message = {"text": "mat dien roi", "msg_id": uuid.uuid4().hex}
    body = json.dumps(
        {"app_id": "1", "event_name": "user_send_text", "timestamp": stamp, "sender": {"id": user},
         "recipient": {"id": "2"}, "user_id_by_app": user, "message": message}
    ).encode()  # fmt: skip
    mac = hashlib.sha256(b"1" + body + stamp.encode() + b"k").hexdigest()
    return body, {"X-ZEvent-Signature": "mac=" + mac, "Content-Type": "application/json"}


def _send(url: str, count: int, start: Barrier | None = None) -> None:
    if start is not None:
        start.wait()

    def some() -> None:
        session = requests.Session()
        for n in range(count // THREADS):
            body, headers = _signed(f"u{n % 200}")
            assert session.post(url, data=body, headers=headers, timeout=30).status_code == 200

    threads = [threading.Thread(target=some) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        env = {**os.environ, **SECRETS, "DATABASE_URL": cluster.url, "VAR_DIR": folder, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "gunicorn", "apps.gateway:create_app()", "-k", "gevent", "--no-control-socket"]
        gateway = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", "--log-level", "error"], env=env, cwd=ROOT)
        url = f"http://127.0.0.1:{port}/webhooks/zalo"
        try:
            _until_up(url)
            context = multiprocessing.get_context("spawn")
            start = context.Barrier(PROCESSES + 1)
            jobs = [context.Process(target=_send, args=(url, COUNT // PROCESSES, start)) for _ in range(PROCESSES)]
            _send(url, 200)
            for job in jobs:
                job.start()
            start.wait()  # imports are not the gateway's
            began = time.monotonic()
            for job in jobs:
                job.join()
            rate = COUNT / (time.monotonic() - began)
        finally:
            gateway.terminate()
            gateway.wait(20)
    print("signed Zalo webhooks over HTTP, one gateway process, client on the same cores (python -m bench.webhooks)")
    print(f"  {rate:.0f} messages/s acknowledged", flush=True)


def _until_up(url: str) -> None:
    for _ in range(200):
        try:
            if requests.get(url, timeout=1).status_code == 200:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
    raise AssertionError("the gateway did not start")


if __name__ == "__main__":
    sys.exit(main())
