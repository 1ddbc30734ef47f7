"""The processes an engine needs around it, on spare ports: database, care API and action server, and the engine itself."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from apps.migrate import migrate
from apps.postgres import prepare, running
from care.demo.load import ensure_demo

ROOT = Path(__file__).resolve().parent.parent
APP_PYTHON = str(ROOT / ".venv" / "bin" / "python")
ENGINE_PYTHON = str(ROOT / "bot" / ".venv" / "bin" / "python")
CUSTOMERS = 2_000
PATIENCE_S = 600.0  # stock Rasa with its four networks takes minutes to load


class DidNotStart(Exception):
    """A process ended or stayed silent; the message ends with its last lines."""


@dataclass
class Stack:
    """Addresses and environment shared by all processes; `token` opens the engine."""

    url: str
    folder: Path
    ports: dict[str, int]
    token: str = "bench"
    environment: dict[str, str] = field(default_factory=dict)


def spare_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def process(name: str, command: list[str], env: Mapping[str, str], folder: Path, ready: str) -> Iterator[int]:
    """Run `command` for the length of a block, from the moment `ready` answers 200; gives its process id."""
    log = folder / f"{name}.log"
    with log.open("w") as output:
        child = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(name, child, ready, log)
        yield child.pid
    finally:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait(name: str, child: subprocess.Popen[bytes], ready: str, log: Path) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        if child.poll() is not None:
            break
        with contextlib.suppress(requests.RequestException):
            if requests.get(ready, timeout=2).status_code == 200:
                return
        time.sleep(0.1)
    raise DidNotStart(f"{name} did not start:\n" + "\n".join(log.read_text().splitlines()[-15:]))


@contextlib.contextmanager
def surroundings(folder: Path) -> Iterator[Stack]:
    """A migrated database with demonstration customers, the care API and the real actions."""
    folder.mkdir(parents=True, exist_ok=True)
    prepare(folder)
    with running(folder) as cluster:
        migrate(cluster.url)
        ensure_demo(cluster.url, lambda line: None, customers=CUSTOMERS)
        ports = {name: spare_port() for name in ("care", "actions", "engine", "stock")}
        stack = Stack(cluster.url, folder, ports)
        stack.environment = _environment(stack)
        care = [APP_PYTHON, "-m", "gunicorn", "apps.care:create_app()", "--bind", f"127.0.0.1:{ports['care']}"]
        care += ["-k", "gthread", "--threads", "16", "--no-control-socket", "--log-level", "warning"]
        actions = [ENGINE_PYTHON, "-m", "actions.server"]
        with (
            process("care", care, stack.environment, folder, f"http://127.0.0.1:{ports['care']}/readyz"),
            process("actions", actions, stack.environment, folder, f"http://127.0.0.1:{ports['actions']}/health"),
        ):
            yield stack


def _environment(stack: Stack) -> dict[str, str]:
    ports = stack.ports
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": stack.url,
        "ENGINE_DATABASE_URL": stack.url,
        "VAR_DIR": str(stack.folder),
        "CARE_PORT": str(ports["care"]),
        "CARE_URL": f"http://127.0.0.1:{ports['care']}",
        "CARE_API_KEY": "bench",
        "ACTIONS_PORT": str(ports["actions"]),
        "ACTIONS_URL": f"http://127.0.0.1:{ports['actions']}/webhook",
        "ACTIONS_TOKEN": "",
        "ENGINE_PORT": str(ports["engine"]),
        "ENGINE_TOKEN": stack.token,
        "RASA_TELEMETRY_ENABLED": "false",
        "LOG_LEVEL": "WARNING",
    }


def resident_mb(pid: int) -> float:
    """The resident memory of a process, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)
