"""Customers who write the fixed conversations one message after the other, each waiting for its answer."""

from __future__ import annotations

import http.client
import itertools
import json
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Body = Callable[[str, str, str], dict[str, Any]]  # conversation id, message id, text -> request body
_FILE = Path(__file__).with_name("conversations.yml")


class Refused(Exception):
    """The engine did not answer a message with 200."""


@dataclass(frozen=True)
class Speed:
    """What two customers got: messages a second and how long one message took, in milliseconds."""

    messages: int
    per_second: float
    p50_ms: float
    p95_ms: float
    replies_per_message: float


def conversations() -> list[list[str]]:
    """The turns of every conversation of conversations.yml."""
    return [entry["turns"] for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8"))["conversations"]]


def drive(port: int, path: str, body: Body, seconds: float, customers: int = 2, name: str = "bench") -> Speed:
    """Let `customers` write for `seconds`; every conversation begun is ended. Raises Refused."""
    numbers = itertools.count()
    taken: list[float] = []
    replies: list[int] = []
    refused: list[str] = []
    begun = time.monotonic()

    def customer() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        scripts = conversations()
        while time.monotonic() - begun < seconds and not refused:
            number = next(numbers)
            for turn, text in enumerate(scripts[number % len(scripts)]):
                sent = json.dumps(body(f"{name}-{number}", f"{number}.{turn}", text))
                at = time.monotonic()
                connection.request("POST", path, sent, {"Content-Type": "application/json"})
                response = connection.getresponse()
                answer = response.read()
                taken.append((time.monotonic() - at) * 1000)
                if response.status != 200:
                    refused.append(f"{response.status}: {answer[:300].decode(errors='replace')} for {text!r}")
                    return
                found = json.loads(answer)
                replies.append(len(found["replies"] if isinstance(found, dict) else found))

    threads = [threading.Thread(target=customer) for _ in range(customers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - begun
    if refused:
        raise Refused(refused[0])
    cuts = statistics.quantiles(taken, n=20)
    return Speed(len(taken), len(taken) / elapsed, statistics.median(taken), cuts[18], sum(replies) / len(replies))
