"""Loops and live events: woken by NOTIFY, back after the database was."""

from __future__ import annotations

import threading

import pytest

from conversations import TURNS, LiveEvents, Turns, WorkLoop


@pytest.fixture
def live(database_url):
    live = LiveEvents(database_url)
    yield live
    live.close()


@pytest.fixture
def loop(db, turns, database_url):
    loop = WorkLoop(turns, database_url, TURNS, threads=3)
    loop.start()
    assert loop.listening.wait(30)
    yield loop
    loop.stop()


def test_an_idle_worker_is_woken_by_a_message(loop, say, engine, db, live):
    answered = threading.Event()
    engine.wish = None
    taken = say("an", "mất điện")
    with live.subscribe(taken.conversation_id) as events:
        say("an", "alo")
        while not answered.is_set():
            event = events.get(timeout=30)
            if event.name == "message" and len(engine.turns) == 2:
                answered.set()
    assert engine.texts == ["mất điện", "alo"]


def test_a_postponed_turn_starts_when_it_is_due(db, engine, database_url, say, live):
    from conversations import Policy

    loop = WorkLoop(Turns(db, engine, Policy(60, (0.3, 0.3))), database_url, TURNS, threads=1)
    engine.fails = 2
    loop.start()
    assert loop.listening.wait(30)
    taken = say("an", "mất điện")
    with live.subscribe(taken.conversation_id) as events:
        while len(engine.turns) < 3:
            events.get(timeout=30)
    loop.stop()
    assert engine.texts == ["mất điện"] * 3


def test_the_loop_comes_back_after_its_connections_were_cut(loop, say, engine, db, live):
    with db.transaction() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    taken = say("an", "mất điện")
    with live.subscribe(taken.conversation_id) as events:
        while not engine.turns:
            events.get(timeout=30)
    assert engine.texts[0] == "mất điện"
