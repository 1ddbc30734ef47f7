"""One running copy of the product, seen from outside."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("GATEWAY", "STAFF", "CARE", "ENGINE", "ACTIONS", "MAIL", "WORKER", "DELIVERY", "JOBS")
KEYS = {
    "CARE_API_KEY": "test-care-key",
    "ENGINE_TOKEN": "test-engine-token",
    "WEB_SECRET": "test-web-secret-0123456789",
}


def free_ports(count: int) -> list[int]:
    """Ports that nobody holds now."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class Copy:
    """`python -m apps.run` on ports of its own; `with Copy(folder) as copy:`."""

    def __init__(self, var_dir: Path, more: Mapping[str, str] | None = None, ready_s: float = 300) -> None:
        ports = dict(zip(NAMES, free_ports(len(NAMES)), strict=True))
        self.var_dir = var_dir
        self._ready_s = ready_s
        self.env = {f"{name}_PORT": str(port) for name, port in ports.items()}
        self.env |= KEYS | {"VAR_DIR": str(var_dir), "GATEWAY_HOST": "127.0.0.1", "PUBLIC_URL": ""} | dict(more or {})
        self.gateway = f"http://127.0.0.1:{ports['GATEWAY']}"
        self.care = f"http://127.0.0.1:{ports['CARE']}/api/v1"
        self.care_ready = f"http://127.0.0.1:{ports['CARE']}/readyz"
        self.engine = f"http://127.0.0.1:{ports['ENGINE']}"
        self.printed = ""

    def __enter__(self) -> Copy:
        _lend_models(self.var_dir)
        self._console = (self.var_dir / "console.txt").open("w+", encoding="utf8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "apps.run"], cwd=ROOT, env={**os.environ, **self.env, "PYTHONPATH": str(ROOT)},
            stdout=self._console, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        give_up_at = time.monotonic() + self._ready_s
        while "Ready after" not in self.console():
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                raise AssertionError("not started: " + self.console()[-2000:])
            time.sleep(0.2)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._console.close()

    def stop(self) -> int:
        """Ctrl-C → the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def console(self) -> str:
        """What the start printed so far."""
        return (self.var_dir / "console.txt").read_text("utf8")

    def demo_codes(self) -> tuple[str, str]:
        """The two customer codes that the start prints: under an outage now, and not."""
        dark, bright = re.findall(r"\bP[A-Z][0-9A-Z]{4}[0-9]{7}\b", self.console())[:2]
        return dark, bright

    def pid(self, name: str) -> int:
        """The process that the supervisor keeps under this name."""
        return int((self.var_dir / "logs" / f"{name}.pid").read_text())

    def kill(self, name: str) -> None:
        """SIGKILL, with all it forked."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid(name), signal.SIGKILL)

    def one_time_code(self, ending: str) -> str:
        """The code last sent to the phone that ends so."""
        sent = (self.var_dir / "console").read_text("utf8")
        codes: list[str] = re.findall(rf"^one-time code (\d{{6}}) for …{ending}$", sent, re.MULTILINE)
        return codes[-1]

    def understood(self, text: str) -> dict[str, Any]:
        """What the language model reads in it."""
        url, token = f"{self.engine}/model/parse", {"token": KEYS["ENGINE_TOKEN"]}
        parsed: dict[str, Any] = requests.post(url, params=token, json={"text": text}, timeout=20).json()
        return parsed

    def api(self, method: str, path: str, **more: Any) -> requests.Response:
        """A call to the care API."""
        headers = {"Authorization": f"Bearer {KEYS['CARE_API_KEY']}", **more.pop("headers", {})}
        return requests.request(method, self.care + path, headers=headers, timeout=20, **more)

    def tickets(self, **filters: str) -> list[dict[str, Any]]:
        """The tickets that match."""
        items: list[dict[str, Any]] = self.api("GET", "/tickets", params=filters).json()["items"]
        return items


def _lend_models(var_dir: Path) -> None:
    """A model trained for this checkout is used again: its name says what it was made of."""
    models = ROOT / "var" / "models"
    if models.is_dir() and not (var_dir / "models").exists():
        shutil.copytree(models, var_dir / "models")


class Visitor:
    """A customer on the web page."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        opened = _patient(lambda: requests.post(f"{copy.gateway}/web/sessions", json={}, timeout=10))
        self._head = {"Authorization": "Bearer " + opened.json()["token"]}
        self.session_id: str = opened.json()["session_id"]
        self.heard: list[dict[str, Any]] = []
        self._seen = ""
        self.buttons: list[dict[str, str]] = []
        self.read(wait_s=10)

    def post(self, **what: object) -> None:
        """Send; repeated with the same client id until it is taken, as the page does."""
        body = {"client_message_id": str(uuid.uuid4()), **what}
        url = f"{self._copy.gateway}/web/messages"
        _patient(lambda: requests.post(url, json=body, headers=self._head, timeout=10))

    def upload(self, content: bytes, name: str) -> str:
        """A file that is not yet sent → its id."""
        url = f"{self._copy.gateway}/web/attachments"
        sent = _patient(lambda: requests.post(url, files={"file": (name, content)}, headers=self._head, timeout=10))
        attachment_id: str = sent.json()["attachment_id"]
        return attachment_id

    def messages(self, after: str = "") -> list[dict[str, Any]]:
        """Everything in the conversation."""
        params = {"after": after} if after else {}
        url = f"{self._copy.gateway}/web/messages"
        got = _patient(lambda: requests.get(url, params=params, headers=self._head, timeout=10))
        found: list[dict[str, Any]] = got.json()["messages"]
        return found

    def read(self, wait_s: float = 60, count: int = 1) -> str:
        """The bot's next words, once `count` messages of it have come."""
        give_up_at = time.monotonic() + wait_s
        while True:
            fresh = [m for m in self.messages(self._seen) if m["author"] != "customer"]
            if len(fresh) >= count or time.monotonic() > give_up_at:
                break
            time.sleep(0.05)
        self.heard = fresh
        if fresh:
            self._seen = fresh[-1]["id"]
            self.buttons = [button for message in fresh for button in message["buttons"]]
        return "\n".join(m["text"] for m in fresh)

    def say(self, text: str) -> str:
        """Say it and hear the answer."""
        self.post(text=text)
        return self.read()

    def tap(self, title: str) -> str:
        """Press the button with this title and hear the answer."""
        button = next(b for b in self.buttons if title.lower() in b["title"].lower())
        return self.press(button["payload"])

    def press(self, payload: str) -> str:
        """Press a button shown at any time and hear the answer."""
        self.post(payload=payload)
        return self.read()

    @property
    def state(self) -> str:
        """Who serves the conversation now."""
        url = f"{self._copy.gateway}/web/messages"
        state: str = _patient(lambda: requests.get(url, headers=self._head, timeout=10)).json()["state"]
        return state


def _patient(call: Any, patience_s: float = 60) -> requests.Response:
    """An answer of 2xx, asked again while the product recovers."""
    give_up_at = time.monotonic() + patience_s
    while True:
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            answer: requests.Response = call()
            if answer.status_code < 500 and answer.status_code != 429:
                assert answer.ok, answer.text
                return answer
        assert time.monotonic() < give_up_at, "the product did not come back"
        time.sleep(0.2)
