"""The widget: bytes on the wire, time until the first message is there, in a real browser against the running product."""

from __future__ import annotations

import gzip
import re
import statistics
import sys
import tempfile
from pathlib import Path

import requests

from tests.browsers import PHONE, launched
from tests.product.copy import Copy

OPENINGS = 20


def gzipped(gateway: str) -> int:
    """Bytes of the embed, the page and all its parts."""
    page = requests.get(f"{gateway}/chat", timeout=20)
    parts = {"/widget.js", "/chat", *re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)}
    return sum(len(gzip.compress(requests.get(gateway + part, timeout=20).content)) for part in parts)


def first_messages(gateway: str) -> list[float]:
    """Milliseconds from the start of each opening, by a visitor who was never there, to the first message."""
    took = []
    with launched() as browser:
        for _ in range(OPENINGS):
            context = browser.new_context(viewport=PHONE)
            page = context.new_page()
            page.goto(gateway)
            page.locator(".message.bot").wait_for()
            took.append(page.evaluate("performance.getEntriesByName('first-message')[0].startTime"))
            context.close()
    return took


def main() -> int:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, Copy(Path(folder)) as copy:
        print(f"widget, gzipped in all: {gzipped(copy.gateway) / 1024:.1f} KB")
        took = first_messages(copy.gateway)
    slowest = statistics.quantiles(took, n=20)[-1]
    print(f"first message after opening: p50 {statistics.median(took):.0f} ms, p95 {slowest:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
