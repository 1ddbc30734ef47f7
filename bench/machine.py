"""What every figure must be read with: machine, versions, commit."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path


def describe() -> str:
    """Two lines: the machine, and what ran on it."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    packages = ", ".join(f"{name} {version(name)}" for name in ("psycopg", "sqlalchemy", "flask", "gunicorn", "gevent"))
    return (
        f"{os.cpu_count()} cores ({model}), {memory} GB, load {os.getloadavg()[0]:.1f}\n"
        f"commit {commit.strip()}, Python {platform.python_version()}, PostgreSQL 18, rasa 3.6.21, {packages}"
    )
