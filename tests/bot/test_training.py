"""Training: only when something changed, and never with data that contradicts itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.conftest import FIXTURES, ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(FIXTURES, tmp_path / "small")
    shutil.copy(ROOT / "config.yml", tmp_path / "small")
    return tmp_path / "small"


def train(project: Path, models: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.train", "--project", str(project), "--models", str(models)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_nothing_is_trained_twice(project: Path, model: Path) -> None:
    again = train(model.parent.parent, model.parent)

    assert again.returncode == 0
    assert "up to date" in again.stdout
    assert list(model.parent.glob("*.tar.gz")) == [model]


def test_an_intent_the_domain_does_not_know_stops_the_training(project: Path) -> None:
    (project / "data" / "nlu" / "more.yml").write_text("nlu:\n- intent: dance\n  examples: |\n    - nhảy đi\n")
    refused = train(project, project / "models")

    assert refused.returncode == 1
    assert "intent 'dance' is not in domain.yml" in refused.stderr
    assert not (project / "models").exists()


def test_a_file_that_is_no_yaml_stops_the_training(project: Path) -> None:
    (project / "data" / "nlu" / "more.yml").write_text("nlu: [")
    refused = train(project, project / "models")

    assert refused.returncode == 1
    assert "more.yml" in refused.stderr


def test_an_engine_without_a_model_says_what_to_do(tmp_path: Path, database_url: str) -> None:
    environment = {"ENGINE_DATABASE_URL": database_url, "VAR_DIR": str(tmp_path), "ENGINE_TOKEN": "x", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "bot.server"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "python -m bot.train" in done.stderr
