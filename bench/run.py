"""`make bench`: every figure of the product, with machine and versions."""

import subprocess
import sys

from bench.machine import describe
from settings import ROOT

PARTS = (
    [sys.executable, "-m", "bench.engine"],
    [sys.executable, "-m", "bench.spine"],
    [sys.executable, "-m", "bench.webhooks"],
    [sys.executable, "-m", "bench.delivery"],
    [sys.executable, "-m", "bench.web"],
    [sys.executable, "-m", "bench.widget"],
    [sys.executable, "-m", "bench.storm"],
    [sys.executable, "-m", "bench.care"],
    [sys.executable, "-m", "bench.billing"],
)


def main() -> int:
    """1 when a part could not be measured; the others are measured all the same."""
    print(describe(), flush=True)
    return max(subprocess.run(part, cwd=ROOT, check=False).returncode for part in PARTS)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
