"""Customers' accounts: loading invented ones and looking one up, at twenty thousand and at a million."""

from __future__ import annotations

import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from apiflask import APIFlask

from apps.migrate import migrate
from apps.postgres import running
from care import Care, Database, add_api
from care.demo import ensure_demo

KEY = "bench"
CALLS = 400
SIZES = (20_000, 1_000_000)


def measure(size: int) -> None:
    """Prints the load's time and memory and the look-up's p95."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        began = time.perf_counter()
        ensure_demo(cluster.url, lambda line: None, customers=size)
        took_s = time.perf_counter() - began
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        with psycopg.connect(cluster.url) as connection:
            query = "SELECT (SELECT count(*) FROM care.reading), pg_database_size(current_database()) / 1000000"
            rows, disk_mb = connection.execute(query).fetchone() or (0, 0)
        print(
            f"  {size:,} customers, {rows:,} readings: {took_s:.0f} s, peak {peak_mb} MB, {disk_mb:,} MB on disk",
            flush=True,
        )
        # The first look at a page after a load also writes: it marks the rows as committed.
        first, again = p95_ms(cluster.url, size), p95_ms(cluster.url, size)
        print(f"  an account among {size:,}: p95 {first:.1f} ms the first time, {again:.1f} ms again", flush=True)


def p95_ms(url: str, size: int) -> float:
    """Milliseconds of the account call inside the API, of customers drawn from all."""
    database = Database(url)
    app = APIFlask("care")
    add_api(app, Care(database=database), KEY)
    client, draw, took = app.test_client(), random.Random(1), []
    with psycopg.connect(url) as connection:
        phones = [[f"0900{draw.randrange(size):06d}"] for _ in range(CALLS + 50)]
        found = "SELECT code FROM care.customer WHERE phones @> %s"
        codes = [code for phone in phones for (code,) in connection.execute(found, [phone])]
    for number, code in enumerate(codes):
        began = time.perf_counter()
        answer = client.get(f"/api/v1/customers/{code}/account", headers={"Authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200, answer.text
        if number >= 50:
            took.append((time.perf_counter() - began) * 1000)
    database.close()
    return statistics.quantiles(took, n=20)[-1]


def main() -> None:
    print("accounts (python -m bench.billing)", flush=True)
    for size in SIZES:
        measure(size)


if __name__ == "__main__":
    sys.exit(main())
