"""The care backend: look-ups and search at ten thousand and a million, tickets filed over HTTP.

Look-ups are timed inside the API (its WSGI app, no socket); filing goes over HTTP to gunicorn as `make run` starts it.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from apiflask import APIFlask

from apps.migrate import migrate
from apps.postgres import running
from care import Care, Database, add_api
from settings import ROOT
from tests.product.copy import free_ports

KEY = "bench"
CALLS = 400
SIZES = (10_000, 1_000_000)
FILED, CLIENTS = 4_000, 8
NETWORK = """
INSERT INTO care.feeder SELECT 'XT' || n, 'XT' || n, 'Cần Thơ', 'EVNSPC', false FROM generate_series(0, %(size)s / 1000) n;
INSERT INTO care.station SELECT 'T' || n, 'T' || n, 'XT' || n / 10, 'Cái Khế', 'Cần Thơ', 'EVNSPC', false
  FROM generate_series(0, %(size)s / 100) n;
INSERT INTO care.customer (code, name, phones, address, street, ward, province, tariff_group, households, station, feeder, centre)
SELECT 'PB0401' || lpad(n::text, 7, '0'), 'Nguyễn Văn ' || n, ARRAY['09' || lpad(n::text, 8, '0')], n || ' Trần Phú', n || ' Trần Phú',
       'Cái Khế', 'Cần Thơ', 'residential', 1, 'T' || n / 100, 'XT' || n / 1000, 'EVNSPC'
  FROM generate_series(0, %(size)s - 1) n;
INSERT INTO care.outage (code, kind, status, area, area_key, stations, wards, ward_keys, province, starts_at, ends_at, reason, centre, created_at)
SELECT 'MD' || lpad(n::text, 8, '0'), 'planned', 'approved', 'khu ' || n, ' khu ' || n || ' ', ARRAY['T' || n %% (%(size)s / 100)],
       '{}', '{}', 'Cần Thơ', now() + n * interval '1 minute', now() + n * interval '1 minute' + interval '3 hours', 'bảo trì', 'EVNSPC', now()
  FROM generate_series(1, 5000) n
"""
WORDS = {
    "families": [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
    ],
    "streets": [
        "tran phu",
        "le loi",
        "hai ba trung",
        "nguyen hue",
        "pasteur",
        "ly thuong kiet",
        "hung vuong",
        "quang trung",
        "cach mang",
    ],
    "matters": [
        "mat dien",
        "dien yeu chap chon",
        "hoa don tang cao",
        "gan dong ho dien moi",
        "doi ten hop dong",
        "day vong thap",
    ],
}


def load(url: str, size: int) -> None:
    """The network, and `size` tickets whose words are as frequent as names and streets are."""
    draw = random.Random(7)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for statement in (NETWORK % {"size": size}).split(";\n"):
            cursor.execute(statement)
        columns = "code, service, priority, status, channel, customer_code, contact_name, phone, address, details, centre, routed_by, created_at, search_key"
        with cursor.copy(f"COPY care.ticket ({columns}) FROM STDIN") as copy:
            for number in range(size):
                name = f"{draw.choice(WORDS['families'])} van ten{draw.randrange(5_000)}"
                street, phone = draw.choice(WORDS["streets"]), f"09{number:08d}"
                code, customer = f"YC{number:08d}", f"PB0401{number:07d}"
                words = f"{code.lower()} {name} {phone} {phone[-3:]} {customer.lower()} {draw.choice(WORDS['matters'])} {number % 300} {street} cai khe can tho"
                fixed = (
                    "P2",
                    "new",
                    "web",
                    customer,
                    name,
                    phone,
                    "{}",
                    "{}",
                    "EVNSPC",
                    "default",
                    "2026-11-01T00:00:00Z",
                )
                copy.write_row((code, "ADVICE", *fixed, words))
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")


def p95_ms(ask: Callable[[int], str], client: object, size: int) -> float:
    """Milliseconds of `CALLS` calls with varying values."""
    draw, took = random.Random(1), []
    for number in range(CALLS + 50):
        path = ask(draw.randrange(size))
        began = time.perf_counter()
        answer = client.get(path, headers={"Authorization": f"Bearer {KEY}"})  # type: ignore[attr-defined]
        if number >= 50:
            took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
    return statistics.quantiles(took, n=20)[-1]


def lookups(size: int) -> dict[str, float]:
    """p95 by look-up."""
    asks: dict[str, Callable[[int], str]] = {
        "outages by customer code": lambda n: f"/api/v1/outages?customer_code=PB0401{n:07d}&at=now",
        "customer by phone": lambda n: f"/api/v1/customers?phone=09{n:08d}",
        "tickets by phone": lambda n: f"/api/v1/tickets?phone=09{n:08d}&limit=20",
        "search: a rare name": lambda n: f"/api/v1/tickets?q=ten{n % 5_000}&limit=20",
        "search: family, street, matter": lambda n: (
            f"/api/v1/tickets?q={random.choice(WORDS['families'])} {random.choice(WORDS['streets'])} hoa don&limit=20"
        ),
        "search: a phone's last digits and a street": lambda n: f"/api/v1/tickets?q={n % 1000:03d} tran phu&limit=20",
        "search: a frequent word": lambda n: "/api/v1/tickets?q=mất điện&limit=20",
    }
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        began = time.perf_counter()
        load(cluster.url, size)
        print(f"  loaded {size:,} customers and tickets in {time.perf_counter() - began:.0f} s", flush=True)
        database = Database(cluster.url)
        app = APIFlask("care")
        add_api(app, Care(database=database), KEY)
        client = app.test_client()
        found = {name: p95_ms(ask, client, size) for name, ask in asks.items()}
        database.close()
    return found


def filing(workers: int) -> float:
    """Tickets filed per second over HTTP, half of them reports of no power that are correlated."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as cluster:
        migrate(cluster.url)
        load(cluster.url, 10_000)
        (port,) = free_ports(1)
        env = {**os.environ, "DATABASE_URL": cluster.url, "CARE_API_KEY": KEY, "PYTHONPATH": str(ROOT)}
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "apps.care:create_app()",
            "--bind",
            f"127.0.0.1:{port}",
            "-k",
            "gthread",
        ]
        command += ["--threads", "16", "--workers", str(workers), "--log-level", "error", "--no-control-socket"]
        server = subprocess.Popen(command, env=env, cwd=ROOT)
        try:
            _until_ready(port)
            _file(port, 400, "warm")
            began = time.perf_counter()
            _file(port, FILED, "timed")
            return FILED / (time.perf_counter() - began)
        finally:
            server.terminate()
            server.wait()


def _until_ready(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the care API was not ready in time")


def _file(port: int, count: int, prefix: str) -> None:
    def some(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for number in range(client, count, CLIENTS):
            body = {
                "service": "REPORT_OUTAGE" if number % 2 else "ADVICE",
                "channel": "web",
                "conversation_id": f"{prefix}{number}",
            }
            if number % 2:
                body["customer_code"] = f"PB0401{number * 7 % 10_000:07d}"
            head = {
                "Authorization": f"Bearer {KEY}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"{prefix}{number}",
            }
            connection.request("POST", "/api/v1/tickets", json.dumps(body), head)
            answer = connection.getresponse()
            answer.read()
            assert answer.status in (200, 201), answer.status

    threads = [threading.Thread(target=some, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    print("care backend (python -m bench.care)", flush=True)
    for workers in (1, 2):
        print(f"  tickets filed over HTTP, {workers} process(es): {filing(workers):.0f}/s", flush=True)
    small, large = (lookups(size) for size in SIZES)
    for name, ms in large.items():
        print(
            f"  {name}: p95 {ms:.1f} ms at {SIZES[1]:,}, {small[name]:.1f} ms at {SIZES[0]:,}: x{ms / small[name]:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
