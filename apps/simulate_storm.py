"""`make simulate-storm`: a storm over the running copy's demonstration customers, and how well it came through.

Invents true faults, lets thousands report them at once (some in the chat, the rest by telephone through the care API),
then gives every incident an expected time and restores it. Prints whether each true fault became one incident and
whether everyone heard each piece of news once. Loopback only, never in production.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import local
from typing import Any

import requests

from apps.secret_keys import complete
from care.storm.score import Score, score
from care.storm.truth import CallIn, Storm, brew
from settings import Settings

PATIENCE_S = 600.0
# In minutes instead of hours everything falls into one window: fewer single houses than in a true storm.
SINGLE_HOUSES = 0.002
# Share of faults and incidents that must fit: single houses may by chance look like a feeder.
GOOD = 0.98
QUIET_BEFORE = timedelta(hours=12)
Json = dict[str, Any]


class Product:
    """The running copy as its clients see it; one HTTP connection a thread."""

    def __init__(self, settings: Settings) -> None:
        key = settings.care_api_key or complete({}, settings.var_dir, production=False)["CARE_API_KEY"]
        self._care = f"http://127.0.0.1:{settings.care_port}/api/v1"
        self._headers = {"Authorization": f"Bearer {key}"}
        self._gateway = f"http://127.0.0.1:{settings.gateway_port}"
        self._mine = local()

    def care(self, method: str, path: str, **options: Any) -> Json:
        """A call of the care API; raises requests.HTTPError."""
        headers = self._headers | options.pop("headers", {})
        answer = self._http().request(method, self._care + path, headers=headers, timeout=60, **options)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def all_of(self, path: str, **query: Any) -> Iterator[Json]:
        """Every item of a list."""
        cursor: str | None = None
        while True:
            page = self.care("GET", path, params={**query, "limit": 500} | ({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def opens_chat(self) -> str:
        """The token of a new web conversation."""
        answer = self._http().post(f"{self._gateway}/web/sessions", json={}, timeout=60)
        answer.raise_for_status()
        return str(answer.json()["token"])

    def says(self, token: str, text: str) -> None:
        """One message of a customer; waits when the gateway asks for it."""
        body = {"client_message_id": secrets.token_hex(8), "text": text}
        while True:
            answer = self._http().post(f"{self._gateway}/web/messages", json=body, headers=_bearer(token), timeout=60)
            if answer.status_code not in (429, 503):
                answer.raise_for_status()
                return
            time.sleep(float(answer.headers.get("Retry-After", 1)))

    def heard(self, token: str) -> list[str]:
        """What the bot has said, oldest first."""
        answer = self._http().get(f"{self._gateway}/web/messages", headers=_bearer(token), timeout=60)
        answer.raise_for_status()
        return [one["text"] for one in answer.json()["messages"] if one["author"] == "bot"]

    def _http(self) -> requests.Session:
        if not hasattr(self._mine, "http"):
            self._mine.http = requests.Session()
        http: requests.Session = self._mine.http
        return http


def main() -> int:
    """The exit status: 0 when every fault is one incident and everyone heard all news once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--chats", type=int, default=500, help="how many of them report in the web chat")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    settings = Settings()
    if settings.app_env == "production":
        print("APP_ENV is production: no simulated storm.", file=sys.stderr)
        return 2
    product = Product(settings)
    began = datetime.now(UTC)
    try:
        network = _network(product, began)
    except requests.ConnectionError:
        print("No running copy answers here: start `make run` in another terminal first.", file=sys.stderr)
        return 2
    storm = brew(network, asked.customers, 6.0, asked.seed, SINGLE_HOUSES)
    print(
        f"{len(storm.faults):,} true faults, {len(storm.calls):,} customers report them; seed {asked.seed}.", flush=True
    )
    chats, explained = _report_all(product, storm, asked.chats)
    result, tickets = _scored(product, storm, began)
    incidents = sorted({one["incident"] for one in tickets if one["incident"]})
    _restore(product, incidents)
    return _verdict(product, result, tickets, chats, explained)


def _network(product: Product, now: datetime) -> dict[str, dict[str, list[str]]]:
    """feeder → station → customers, without the stations that are dark or were lately."""
    out = {"from": (now - QUIET_BEFORE).isoformat(), "to": now.isoformat()}
    busy = {station for outage in product.all_of("/outages", **out) for station in outage["stations"]}
    lines: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for customer in product.all_of("/customers"):
        if customer["station"] not in busy:
            lines[customer["feeder"]][customer["station"]].append(customer["code"])
    return lines


def _report_all(product: Product, storm: Storm, chats: int) -> tuple[dict[str, str], set[str]]:
    """Everyone reports, in the storm's order and as fast as the product takes it.

    Answers {customer: chat token}, and who was told of an incident instead of filing.
    """
    step = max(1, len(storm.calls) // chats) if chats else 0
    talkers = {call.customer for call in storm.calls[::step]} if step else set()
    tokens: dict[str, str] = {}
    explained: set[str] = set()
    began = time.monotonic()

    def report(call: CallIn) -> None:
        if call.customer in talkers:
            tokens[call.customer] = token = product.opens_chat()
            _until(lambda: len(product.heard(token)) >= 1)
            phone = f"09{secrets.randbelow(10**8):08d}"
            product.says(token, f"mat dien ca xom roi tu 10 phut truoc, ma {call.customer}, sdt {phone}")
            _until(lambda: len(product.heard(token)) >= 2)
            if "sự cố" in product.heard(token)[-1]:
                explained.add(call.customer)
                return
            product.says(token, "dung roi gui di")
            _until(lambda: any("YC" in said for said in product.heard(token)))
        else:
            body = {
                "service": "REPORT_OUTAGE",
                "channel": "phone",
                "customer_code": call.customer,
                "by": "mô phỏng bão",
            }
            product.care("POST", "/tickets", json=body, headers={"Idempotency-Key": secrets.token_hex(12)})

    with ThreadPoolExecutor(8) as pool:
        for number, _ in enumerate(pool.map(report, storm.calls), 1):
            if number % 1000 == 0:
                print(f"  {number:,} reported, {number / (time.monotonic() - began):.0f}/s", flush=True)
    return tokens, explained


def _scored(product: Product, storm: Storm, since: datetime) -> tuple[Score, list[Json]]:
    callers = {call.customer for call in storm.calls}
    filed = product.all_of("/tickets", created_after=since.isoformat(), service="REPORT_OUTAGE")
    tickets = [one for one in filed if one["customer_code"] in callers]
    return score(storm, {one["customer_code"]: one["incident"] for one in tickets}), tickets


def _restore(product: Product, incidents: Sequence[str]) -> None:
    """An expected time for every incident, then power."""
    expected = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    with ThreadPoolExecutor(4) as pool:
        for change in ({"ends_at": expected, "reason": "cây đổ vào đường dây"}, {"status": "done"}):
            list(pool.map(lambda code, c=change: product.care("PATCH", f"/outages/{code}", json=c), incidents))
    _until(lambda: not product.care("GET", "/notices", params={"status": "waiting", "limit": 1})["items"])


def _verdict(
    product: Product, result: Score, tickets: Sequence[Json], chats: dict[str, str], explained: set[str]
) -> int:
    linked = [one for one in tickets if one["incident"]]
    told = Counter(
        (notice["conversation_id"] or notice["key"].rpartition(":")[2], notice["key"].split(":")[1])
        for incident in {one["incident"] for one in linked}
        for notice in product.all_of("/notices", about=incident)
    )
    people = [one["conversation_id"] or one["code"] for one in linked]
    wrong = [(who, news) for who in people for news in ("expected", "restored") if told[who, news] != 1]
    dark = {one["customer_code"] for one in linked} | explained
    waiting = {who: token for who, token in chats.items() if who in dark}
    heard = sum(_heard_once(product, token) for token in waiting.values())
    open_still = sum(1 for one in linked if product.care("GET", f"/tickets/{one['code']}")["status"] != "done")
    print(f"tickets {len(tickets):,} of {result.calls:,} calls, {result.linked:,} linked to an incident")
    print(f"told of an incident in the chat instead: {len(explained):,}")
    print(
        f"true faults with 3 callers or more {result.faults:,}, incidents {result.incidents:,}, right {result.right:,}"
    )
    print(f"precision {result.precision:.3f}, recall {result.recall:.3f}")
    print(f"notices {told.total():,} for {len(people):,} people; not exactly once: {len(wrong):,}")
    print(f"web chats that heard both once: {heard:,} of {len(waiting):,}; linked tickets not done: {open_still:,}")
    fine = min(result.precision, result.recall) >= GOOD and not wrong and heard == len(waiting) and not open_still
    print("All fine." if fine else "NOT fine.")
    return 0 if fine else 1


def _heard_once(product: Product, token: str) -> bool:
    """Whether the chat was told the expected time once and the restoration once."""

    def counts() -> tuple[int, int]:
        said = product.heard(token)
        return sum("Dự kiến có điện" in one for one in said), sum("có điện chưa" in one for one in said)

    _until(lambda: counts() >= (1, 1), patience_s=20.0, strict=False)
    return counts() == (1, 1)


def _until(holds: Callable[[], bool], patience_s: float = PATIENCE_S, *, strict: bool = True) -> None:
    deadline = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > deadline:
            if strict:
                raise TimeoutError("the product did not answer in time")
            return
        time.sleep(0.1)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


if __name__ == "__main__":
    sys.exit(main())
