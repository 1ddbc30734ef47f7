"""`python -m bench.engine`: this bot's engine with its real actions and care API, two customers at a time."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.drive import Speed, drive
from bench.stack import ENGINE_PYTHON, ROOT, Stack, process, resident_mb, surroundings

WARM_UP_S = 3.0


@dataclass(frozen=True)
class EngineFigures:
    """The engine's speed, its memory after the run, and how long training and start took."""

    speed: Speed
    resident_mb: float
    training_s: float
    start_s: float

    def lines(self) -> list[str]:
        """For people."""
        speed = self.speed
        return [
            f"engine: {speed.per_second:.0f} messages/s, p50 {speed.p50_ms:.1f} ms, p95 {speed.p95_ms:.1f} ms"
            f" ({speed.messages} messages, 2 customers)",
            f"engine: {self.resident_mb:.0f} MB resident (at most 750), trained in {self.training_s:.0f} s (at most 180),"
            f" ready after {self.start_s:.1f} s",
        ]


def turn_body(conversation_id: str, message_id: str, text: str) -> dict[str, Any]:
    """A worker's request."""
    return {
        "conversation_id": conversation_id,
        "message_id": message_id,
        "channel": "web",
        "text": text,
        "state": "bot",
    }


def train(stack: Stack) -> float:
    """Train this bot afresh; gives the seconds it took."""
    begun = time.monotonic()
    subprocess.run(
        [ENGINE_PYTHON, "-m", "bot.train", "--force"],
        cwd=ROOT,
        env=stack.environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - begun


@contextmanager
def engine(stack: Stack) -> Iterator[tuple[int, float]]:
    """The engine for the length of a block: its process id and how long it took to be ready."""
    begun = time.monotonic()
    ready = f"http://127.0.0.1:{stack.ports['engine']}/readyz"
    with process("engine", [ENGINE_PYTHON, "-m", "bot.server"], stack.environment, stack.folder, ready) as pid:
        yield pid, time.monotonic() - begun


def measure(stack: Stack, seconds: float) -> EngineFigures:
    """Train, start and drive the engine."""
    training = train(stack)
    path = f"/webhooks/conversation/turn?token={stack.token}"
    with engine(stack) as (pid, start):
        drive(stack.ports["engine"], path, turn_body, WARM_UP_S, name="warm")
        speed = drive(stack.ports["engine"], path, turn_body, seconds)
        return EngineFigures(speed, resident_mb(pid), training, start)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench") as folder, surroundings(Path(folder)) as stack:
        for line in measure(stack, asked.seconds).lines():
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
