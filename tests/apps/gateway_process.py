"""The gateway as production runs it, gunicorn and all, on a database of the test's."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from apps.run import gateway_command
from settings import Settings
from tests.product.copy import ROOT, free_ports


@dataclass(frozen=True)
class Served:
    """Where it listens, and what it wrote."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, *, room: int | None = None) -> socket.socket:
        """A bare connection; `room` bytes for what is not read yet."""
        line = socket.socket()
        line.settimeout(30)
        if room is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        line.connect(("127.0.0.1", self.port))
        return line


@contextlib.contextmanager
def gateway(settings: Settings, folder: Path, more: Mapping[str, str]) -> Iterator[Served]:
    """Runs with `settings` and `more` of the environment until the block ends."""
    port = free_ports(1)[0]
    told = settings.model_dump(mode="json")
    env = {name.upper(): str(value) for name, value in told.items() if isinstance(value, str | int | float)}
    env |= {"GATEWAY_PORT": str(port), "GATEWAY_HOST": "127.0.0.1", "LOG_LEVEL": "DEBUG", **more}
    asked = settings.model_copy(
        update={
            "gateway_port": port,
            "gateway_host": "127.0.0.1",
            "gateway_processes": int(more.get("GATEWAY_PROCESSES", 1)),
        }
    )
    served = Served(port, folder / "gateway.log")
    with served.log.open("wb") as log:
        process = subprocess.Popen(
            gateway_command(asked), cwd=ROOT, env={**os.environ, **env, "PYTHONPATH": str(ROOT)},
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _until_ready(served, process)
        yield served
    finally:
        process.terminate()
        process.wait(30)


def _until_ready(served: Served, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at and process.poll() is None:
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{served.url}/readyz", timeout=2).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError("the gateway did not start: " + served.log.read_text()[-2000:])


def read_to_end(line: socket.socket) -> bytes:
    """All that comes until the other side hangs up; fails when it never does."""
    heard = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := line.recv(65536):
            heard += piece
    return heard
