"""A claim that lingers between its snapshot and its lock never shows a message that another process has finished meanwhile."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from conversations.database import statements

GATE = 4711


@pytest.fixture
def lingering(db):
    """lingering(name, place, params, meanwhile) → the rows of a statement that stands still at `place`, with its snapshot
    taken, while `meanwhile` runs."""

    def linger(name, place, params, meanwhile):
        sql = statements()[name]
        assert sql.count(place) == 1
        held = sql.replace(place, f"{place} AND pg_advisory_xact_lock({GATE}) IS NOT NULL")
        url = db.url.replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as keeper, ThreadPoolExecutor(1) as other:
            keeper.execute("SELECT pg_advisory_lock(%s)", [GATE])
            rows = other.submit(lambda: _rows(url, held, params))
            while not keeper.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
                threading.Event().wait(0.01)
            meanwhile()
            keeper.execute("SELECT pg_advisory_unlock(%s)", [GATE])
            return rows.result(30)

    return linger


def _rows(url, sql, params):
    with psycopg.connect(url, autocommit=True, row_factory=namedtuple_row) as connection:
        return connection.execute(sql, params).fetchall()


def test_delivery_does_not_claim_what_another_has_just_sent(lingering, say, drain, delivery, platform):
    say("an", "một")
    drain()  # the greeting and the answer wait
    params = {"lease": uuid.uuid4(), "lease_s": 60, "channels": ["zalo"], "accounts": ["oa"]}

    rows = lingering("claim_delivery", "t.account = may.account", params, delivery.work_once)

    assert rows == []
    while delivery.work_once():
        pass
    assert platform.texts[1:] == ["re: một"]


def test_a_worker_does_not_claim_what_another_has_just_answered(lingering, say, turns, drain, engine):
    for text in ("một", "hai"):
        say("an", text)

    rows = lingering(
        "claim", "ready_at <= statement_timestamp()", {"lease": uuid.uuid4(), "lease_s": 60}, turns.work_once
    )

    assert rows == []
    drain()
    assert engine.texts == ["một", "hai"]
