"""`python -m bench.engine_peer`: this engine and stock Rasa 3.6.21 on the same data, actions and conversations, in one run."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.content import content_hash
from bench.drive import Speed, drive
from bench.engine import WARM_UP_S, engine, train, turn_body
from bench.stack import ENGINE_PYTHON, ROOT, Stack, process, surroundings
from settings import load

CONFIG = Path(__file__).with_name("stock") / "config.yml"
TARGET = 8.0


def stock_body(conversation_id: str, message_id: str, text: str) -> dict[str, Any]:
    """A request of Rasa's own REST channel; the actions read the metadata."""
    metadata = {"conversation_id": conversation_id, "message_id": message_id, "channel": "web", "state": "bot"}
    return {"sender": conversation_id, "message": text, "metadata": metadata}


def stock_model(stack: Stack, cache: Path) -> Path:
    """Stock Rasa's model of our data, trained once for each state of the data."""
    name = f"stock-{content_hash([CONFIG, ROOT / 'domain.yml', *sorted((ROOT / 'data').rglob('*.yml'))])}"
    model = cache / f"{name}.tar.gz"
    if not model.exists():
        cache.mkdir(parents=True, exist_ok=True)
        print("Training stock Rasa (several minutes, once for this data) …", flush=True)
        command = [ENGINE_PYTHON, "-m", "rasa", "train", "--config", str(CONFIG), "--domain", str(ROOT / "domain.yml")]
        command += ["--data", str(ROOT / "data"), "--out", str(cache), "--fixed-model-name", name]
        command += ["--augmentation", "0"]  # made-up longer stories cost training time and memory, a turn nothing
        log = stack.folder / "stock-train.log"
        with log.open("w") as output:
            environment = {**stack.environment, "RASA_MAX_CACHE_SIZE": "0"}
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=output, stderr=output)
    return model


@contextmanager
def stock(stack: Stack, model: Path) -> Iterator[int]:
    """Stock Rasa's server: REST channel, SQL tracker store on the same PostgreSQL, its own lock store."""
    endpoints, credentials = stack.folder / "stock-endpoints.yml", stack.folder / "stock-credentials.yml"
    store = {
        "type": "SQL",
        "dialect": "postgresql",
        "username": "postgres",
        "db": "customer_care",
        "query": {"host": stack.url.partition("host=")[2]},
    }
    endpoints.write_text(
        json.dumps({"action_endpoint": {"url": stack.environment["ACTIONS_URL"]}, "tracker_store": store})
    )
    credentials.write_text(json.dumps({"rest": None}))
    port = stack.ports["stock"]
    command = [ENGINE_PYTHON, "-m", "rasa", "run", "--model", str(model), "--endpoints", str(endpoints)]
    command += ["--credentials", str(credentials), "--port", str(port), "--interface", "127.0.0.1"]
    with process("stock", command, stack.environment, stack.folder, f"http://127.0.0.1:{port}/webhooks/rest/") as pid:
        yield pid


def compare(stack: Stack, seconds: float, cache: Path) -> tuple[Speed, Speed]:
    """Ours and stock's speed, one after the other on an otherwise idle machine."""
    train(stack)
    path = f"/webhooks/conversation/turn?token={stack.token}"
    with engine(stack):
        drive(stack.ports["engine"], path, turn_body, WARM_UP_S, name="warm")
        ours = drive(stack.ports["engine"], path, turn_body, seconds)
    with stock(stack, stock_model(stack, cache)):
        time.sleep(1)
        drive(stack.ports["stock"], "/webhooks/rest/webhook", stock_body, WARM_UP_S, name="stock-warm")
        theirs = drive(stack.ports["stock"], "/webhooks/rest/webhook", stock_body, seconds, name="stock")
    return ours, theirs


def main() -> int:
    """Print both and their ratio; 1 when it is below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench") as folder, surroundings(Path(folder)) as stack:
        ours, theirs = compare(stack, asked.seconds, load().var_dir / "peers")
    for name, speed in (("ours", ours), ("stock Rasa 3.6.21", theirs)):
        print(
            f"{name}: {speed.per_second:.1f} messages/s, p50 {speed.p50_ms:.1f} ms, p95 {speed.p95_ms:.1f} ms,"
            f" {speed.replies_per_message:.2f} replies a message"
        )
    ratio = ours.per_second / theirs.per_second
    print(f"ratio: {ratio:.1f} (at least {TARGET:.0f})")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
