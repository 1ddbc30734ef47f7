"""`make fuzz-dialogues`: thousands of random conversations with a running copy; fails on the first kind of harm.

Harm is a failed action, no answer, the same words three times running to different messages, private data, a button that
no channel can show. Prints figures; `--only N` plays one conversation of a seed again.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.dialogues.cast import Cast, everybody
from tests.dialogues.walk import Walk
from tests.product.copy import Copy

COUNT, SEED, AT_ONCE, MOST_SHOWN = 2000, 20_181_221, 6, 10
CRASHED = re.compile(r"Traceback \(most recent call last\)|\b500 Internal Server Error\b")


@dataclass(frozen=True)
class Outcome:
    """What came of it all; `harm` is one text for each conversation that went wrong, and each log with a crash."""

    conversations: int
    turns: int
    tickets: int
    seconds: float
    harm: Sequence[str]


def run(copy: Copy, count: int = COUNT, seed: int = SEED, only: int | None = None) -> Outcome:
    """Play `count` conversations, some at once, each with an owner of its own."""
    began, before = time.monotonic(), _tickets(copy)
    people = Cast(copy, everybody(copy))
    walks = [Walk(copy, people.parts("plain"), random.Random(f"{seed} {number}")) for number in range(count)]
    chosen = range(count) if only is None else [only]
    with ThreadPoolExecutor(AT_ONCE) as customers:
        list(customers.map(lambda number: walks[number].go(), chosen))
    harm = [
        f"conversation {number}: {walks[number].problems}\n" + "\n".join(walks[number].said)
        for number in chosen
        if walks[number].problems
    ]
    turns = sum(one.turns for one in walks)
    seconds = time.monotonic() - began
    return Outcome(len(chosen), turns, _tickets(copy) - before, seconds, [*harm, *_crashes(copy.var_dir / "logs")])


def _tickets(copy: Copy) -> int:
    total, cursor = 0, ""
    while True:
        filters = {"limit": 500} | ({"cursor": cursor} if cursor else {})
        page = copy.api("GET", "/tickets", params=filters).json()
        total += len(page["items"])
        if not page["next"]:
            return total
        cursor = page["next"]


def _crashes(logs: Path) -> Iterator[str]:
    for log in sorted(logs.glob("*.log")):
        text = log.read_text("utf8", errors="replace")
        if found := CRASHED.search(text):
            yield f"{log.name}: {text[found.start() : found.start() + 3000]}"


def main() -> int:
    """0 when nothing went wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=COUNT)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--only", type=int)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, Copy(Path(folder) / "product") as copy:
        outcome = run(copy, given.count, given.seed, given.only)
    for each in outcome.harm[:MOST_SHOWN]:
        print(each, end="\n\n")
    print(
        f"{outcome.conversations} conversations, {outcome.turns} turns, {outcome.tickets} tickets,"
        f" {outcome.seconds:.0f} s (seed {given.seed}); {len(outcome.harm)} went wrong"
    )
    return 1 if outcome.harm else 0


if __name__ == "__main__":
    sys.exit(main())
