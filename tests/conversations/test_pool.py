"""A pool that was given up keeps nothing."""

from conversations import pooled_engine


def test_what_is_handed_back_to_a_pool_that_was_given_up_is_closed(database_url):
    engine = pooled_engine(database_url, 2)
    old = engine.pool
    held = old.connect()
    engine.dispose()
    late = old.connect()  # by a thread that took the pool just before
    drivers = [held.driver_connection, late.driver_connection]
    held.close()
    late.close()
    assert [each.closed for each in drivers] == [True, True]


def test_the_pool_that_follows_keeps_its_connections(database_url):
    engine = pooled_engine(database_url, 2)
    engine.dispose()
    again = engine.raw_connection()
    driver = again.driver_connection
    again.close()
    assert not driver.closed
    engine.dispose()
    assert driver.closed
