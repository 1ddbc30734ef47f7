"""A migrated database for tests of the engine side, served by the app environment."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A migrated database of this test run (libpq address); shared, so tests use conversation ids of their own."""
    command = [str(ROOT / ".venv/bin/python"), "-m", "tests.serve_database"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield server.stdout.readline().strip()
        server.stdin.close()
        server.wait(30)
