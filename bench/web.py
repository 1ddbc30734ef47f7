"""End to end on the web channel, engine real: from the customer's post to the bot's message on the event stream."""

from __future__ import annotations

import contextlib
import itertools
import statistics
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import requests

from tests.product.copy import Copy

SENTENCES = (
    "số tổng đài điện lực bao nhiêu vậy",
    "mat dien roi ad oi",
    "thôi khỏi",
    "chào em",
    "mai có cúp điện không",
    "thoi khong can nua",
)
STEPS = (5, 10, 20, 30, 40, 60, 80, 110)
STEP_S = 8.0


class Listener:
    """A visitor with an open event stream; `took` collects seconds from post to the first bot message after it."""

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        opened = requests.post(f"{gateway}/web/sessions", json={}, timeout=20).json()
        self._session = requests.Session()
        self._session.headers["Authorization"] = "Bearer " + opened["token"]
        self._answered = threading.Event()
        self._greeted = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        self._greeted.wait(20)

    def _listen(self) -> None:
        # From the first message on: the greeting may have come before the stream was open.
        headers = {**self._session.headers, "Last-Event-ID": "0"}
        url = f"{self._gateway}/web/events"
        with (
            contextlib.suppress(requests.exceptions.ChunkedEncodingError),  # the gateway stops before its listeners
            requests.get(url, headers=headers, stream=True, timeout=600) as stream,
        ):
            name = ""
            for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:") and name == "message" and '"author":"bot"' in line.replace(" ", ""):
                    (self._answered if self._greeted.is_set() else self._greeted).set()

    def ask(self, text: str) -> float:
        """Seconds until the bot's answer is on the stream."""
        self._answered.clear()
        began = time.perf_counter()
        body = {"client_message_id": str(uuid.uuid4()), "text": text}
        while True:
            status = self._session.post(f"{self._gateway}/web/messages", json=body, timeout=30).status_code
            if status != 429:
                break
            time.sleep(0.5)
        if not self._answered.wait(30):
            return 30.0
        return time.perf_counter() - began


def one_customer(gateway: str, count: int = 60) -> list[float]:
    """A patient customer: the next message after the answer to the last."""
    took = []
    for n in range(count):
        if n % 15 == 0:
            customer = Listener(gateway)
        took.append(customer.ask(SENTENCES[n % len(SENTENCES)]))
    return took[5:]


def at_rate(gateway: str, per_second: float) -> list[float]:
    """Many customers who together send `per_second` messages, whether answered or not."""
    customers = [Listener(gateway) for _ in range(max(8, int(per_second)))]
    took: list[float] = []
    threads = []
    began = time.perf_counter()
    free = itertools.cycle(customers)
    for n in range(int(per_second * STEP_S)):
        due = began + n / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
        customer, text = next(free), SENTENCES[n % len(SENTENCES)]
        thread = threading.Thread(target=lambda c=customer, t=text: took.append(c.ask(t)))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return took


def p95(took: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(took, n=20)[-1]


def main() -> None:
    print("web channel, engine real, client on the same cores (python -m bench.web)", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench") as folder, Copy(Path(folder)) as copy:
        one_customer(copy.gateway, 20)
        took = one_customer(copy.gateway)
        print(f"  one customer: p50 {statistics.median(took) * 1000:.0f} ms, p95 {p95(took) * 1000:.0f} ms", flush=True)
        for rate in STEPS:
            slow = p95(at_rate(copy.gateway, rate))
            print(f"  {rate:>4} messages/s offered: p95 {slow * 1000:.0f} ms", flush=True)
            if slow > 1.0:
                break


if __name__ == "__main__":
    sys.exit(main())
