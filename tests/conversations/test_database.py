"""The database: one error when it is away, and back without a restart of ours."""

import pytest

from conversations import Database, DatabaseAway


def test_a_server_that_does_not_answer_is_one_error_everywhere():
    away = Database("postgresql://nobody@127.0.0.1:9/none")
    assert not away.ready()
    with pytest.raises(DatabaseAway):
        away.execute("next_turn_at")
    with pytest.raises(DatabaseAway), away.transaction():
        pass
    away.close()


def test_cut_connections_cost_one_call_each_pool(db):
    assert db.ready()
    with db.transaction() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert not db.ready()
    assert db.ready()


def test_a_connection_handed_back_after_the_end_is_closed(db):
    with db.transaction() as connection:
        driver = connection.connection.driver_connection
        db.close()
    assert driver.closed
