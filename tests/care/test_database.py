"""The pool of connections to PostgreSQL."""

from care.database import Database, driver_of


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
