"""Runs a migrated embedded PostgreSQL, prints its address, and ends when its input is closed."""

import sys
import tempfile
from pathlib import Path

from apps.migrate import migrate
from apps.postgres import running

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        print(cluster.url, flush=True)
        sys.stdin.read()
