"""A really trained small model, and the engine really running with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.bot.actions_stand_in import ActionsStandIn

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = Path(__file__).parent / "fixtures"
TOKEN = "test-token"

if sys.version_info < (3, 11):
    from bot.light import without_tensorflow

    without_tensorflow()
    with warnings.catch_warnings():  # Rasa's libraries warn of their own age
        warnings.simplefilter("ignore")
        import rasa.core.run
        import rasa.server  # noqa: F401


@dataclass
class Engine:
    """An engine process at a port."""

    port: int
    process: subprocess.Popen[bytes]

    def post(self, body: Any, token: str | None = TOKEN) -> requests.Response:
        url = f"http://127.0.0.1:{self.port}/webhooks/conversation/turn"
        return requests.post(url, params={"token": token} if token else {}, json=body, timeout=30)

    def turn(self, conversation_id: str, message_id: str, text: str | None = None, **parts: Any) -> dict[str, Any]:
        body = {"conversation_id": conversation_id, "message_id": message_id, "channel": "web", "text": text, **parts}
        response = self.post(body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def say(self, conversation_id: str, message_id: str, text: str) -> list[str]:
        return [reply["text"] for reply in self.turn(conversation_id, message_id, text)["replies"]]

    def parse(self, text: str) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/model/parse"
        return dict(requests.post(url, params={"token": TOKEN}, json={"text": text}, timeout=10).json())


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model: the fixtures' data, the product's configuration and training."""
    project = tmp_path_factory.mktemp("project") / "small"
    shutil.copytree(FIXTURES, project)
    shutil.copy(ROOT / "config.yml", project)
    models = project / "models"
    command = [sys.executable, "-m", "bot.train", "--project", str(project), "--models", str(models)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(models.glob("*.tar.gz"))


@pytest.fixture(scope="session")
def actions() -> Iterator[ActionsStandIn]:
    stand_in = ActionsStandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture(autouse=True)
def willing_actions(request: pytest.FixtureRequest) -> None:
    if "actions" in request.fixturenames:
        stand_in = request.getfixturevalue("actions")
        stand_in.mode, stand_in.pause_s = "ok", 0.0


def spare_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(model: Path, database_url: str, actions_url: str, **settings: str) -> Engine:
    """An engine that answers; the caller ends its process."""
    port = spare_port()
    environment = {
        **os.environ,
        "ENGINE_PORT": str(port),
        "ENGINE_TOKEN": TOKEN,
        "ENGINE_DATABASE_URL": database_url,
        "ACTIONS_URL": actions_url,
        "MODEL_PATH": str(model),
        **settings,
    }
    process = subprocess.Popen([sys.executable, "-m", "bot.server"], cwd=ROOT, env=environment)
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        assert process.poll() is None, "the engine ended at its start"
        try:
            if requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200:
                return Engine(port, process)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the engine did not answer")


def stop(engine: Engine) -> int:
    engine.process.terminate()
    return engine.process.wait(20)


@pytest.fixture(scope="session")
def engine(model: Path, database_url: str, actions: ActionsStandIn) -> Iterator[Engine]:
    running = start(model, database_url, actions.url)
    yield running
    stop(running)
