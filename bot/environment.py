"""What the engine is told by its surroundings: environment variables of the names `settings.py` documents."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class MissingSetting(Exception):
    """A setting the engine cannot run without; the message names it."""


@dataclass(frozen=True)
class Environment:
    """Where the engine listens, what it reads and whom it calls."""

    host: str
    port: int
    token: str
    database_url: str
    models: Path
    model: Path | None
    speedups: str
    log_level: str
    project: Path


def read() -> Environment:
    """The process's surroundings; raises MissingSetting naming what is not there."""
    database_url = os.environ.get("ENGINE_DATABASE_URL") or os.environ.get("DATABASE_URL") or ""
    if not database_url:
        raise MissingSetting("ENGINE_DATABASE_URL (postgresql://…) is not set")
    os.environ["ENGINE_DATABASE_URL"] = database_url  # endpoints.yml reads it from here
    os.environ.setdefault("ACTIONS_PORT", "5055")
    os.environ.setdefault("ACTIONS_URL", f"http://127.0.0.1:{os.environ['ACTIONS_PORT']}/webhook")
    os.environ.setdefault("ACTIONS_TOKEN", "")
    model = os.environ.get("MODEL_PATH")
    return Environment(
        host=os.environ.get("BIND_HOST", "127.0.0.1"),
        port=int(os.environ.get("ENGINE_PORT", "5005")),
        # An engine without a token would be open to every process of the machine.
        token=os.environ.get("ENGINE_TOKEN") or _own_token(),
        database_url=database_url,
        models=var_dir() / "models",
        model=Path(model) if model else None,
        speedups=os.environ.get("ENGINE_SPEEDUPS", "all"),
        log_level=os.environ.get("LOG_LEVEL", "INFO"),
        project=Path(os.environ.get("ENGINE_PROJECT", ROOT)),
    )


def var_dir() -> Path:
    """The folder all state lives under."""
    return Path(os.environ.get("VAR_DIR", ROOT / "var"))


def _own_token() -> str:
    """A token nobody knows: without ENGINE_TOKEN every call is refused."""
    return secrets.token_urlsafe(32)
