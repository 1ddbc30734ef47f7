"""The pool of connections to PostgreSQL."""

import psycopg
import pytest
from sqlalchemy import Engine, event

from care.database import Database, driver_of
from care.errors import DatabaseUnavailable


def test_a_connection_handed_back_after_the_end_is_closed(database_url: str):
    database = Database(database_url)
    with database.transaction() as session:
        driver = driver_of(session)
        database.close()
    assert driver.closed


def test_a_connection_that_the_server_cut_is_replaced_before_its_use(database_url: str):
    database = Database(database_url)
    with database.transaction() as session, database.transaction() as other:
        mine, idle = driver_of(session), driver_of(other)
        cut = driver_of(session).execute("SELECT pg_terminate_backend(%s, 5000)", [idle.info.backend_pid]).fetchone()
        assert cut == (True,)
    for _ in range(2):
        with database.transaction() as session:
            assert driver_of(session).execute("SELECT 1").fetchone() == (1,)
    database.close()
    assert mine.closed
    assert idle.closed


def test_a_server_that_closes_every_connection_at_once_is_away(database_url: str):
    database = Database(database_url)
    made: list[psycopg.Connection] = []

    def cut(connection: psycopg.Connection, *_: object) -> None:
        made.append(connection)
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])

    with database.transaction() as session:
        first = driver_of(session)
    event.listen(Engine, "connect", cut)
    try:
        cut(first)
        with pytest.raises(DatabaseUnavailable), database.transaction() as session:
            driver_of(session)
    finally:
        event.remove(Engine, "connect", cut)
        database.close()
    assert made
    assert all(connection.closed for connection in made)
