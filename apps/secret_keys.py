"""Secrets: made once into VAR_DIR for a first try, demanded in production."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

GENERATED = ("CARE_API_KEY", "ENGINE_TOKEN", "WEB_SECRET", "OPEN311_API_KEY")
DEMANDED = ("CARE_API_KEY", "ENGINE_TOKEN", "WEB_SECRET", "DATABASE_URL", "PUBLIC_URL")


class SecretsMissing(Exception):
    """Production does not start without every one of them."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("APP_ENV=production needs these settings, and they are empty: " + ", ".join(names))


def missing(given: dict[str, str], names: tuple[str, ...]) -> list[str]:
    """The names that `given` has no value for."""
    return [name for name in names if not given.get(name)]


def complete(given: dict[str, str], var_dir: Path, *, production: bool) -> dict[str, str]:
    """Values for the generated secrets that `given` lacks.

    Outside production they are drawn once and kept in `VAR_DIR/secrets.env`, readable by the owner only.
    Raises SecretsMissing in production.
    """
    if production:
        absent = missing(given, DEMANDED)
        if absent:
            raise SecretsMissing(absent)
        return {}
    kept = _read(var_dir / "secrets.env")
    drawn = {name: secrets.token_urlsafe(32) for name in GENERATED if name not in kept}
    if drawn:
        kept |= drawn
        _write(var_dir / "secrets.env", kept)
    return {name: kept[name] for name in GENERATED if not given.get(name)}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text("utf8").splitlines()
    return {name: value for name, sign, value in (line.partition("=") for line in lines) if sign}


def _write(path: Path, values: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    fresh.replace(path)
