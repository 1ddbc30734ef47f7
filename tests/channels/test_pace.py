"""The pace of an account is kept by all delivery processes together, in the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from channels.pace import SHARE_OF_LIMIT, SteadyPace

EVERY_S = 10.0


def test_two_processes_share_one_budget(db):
    waited: list[float] = []
    paces = [SteadyPace(db, "zalo", "oa", 1 / EVERY_S / SHARE_OF_LIMIT, waited.append) for _ in range(2)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: paces[n % 2].wait(), range(40)))
    # Each request got a moment of its own, one after the other; the first had none to wait for.
    assert sorted(round(wait_s / EVERY_S) for wait_s in waited) == list(range(1, 40))


def test_an_account_does_not_wait_for_another(db):
    waited: list[float] = []
    for account in ("oa", "ob"):
        SteadyPace(db, "zalo", account, 0.001, waited.append).wait()
    assert waited == []


def test_what_was_not_used_is_not_saved_up(db):
    waited: list[float] = []
    pace = SteadyPace(db, "facebook", "page", 1 / EVERY_S / SHARE_OF_LIMIT, waited.append)
    pace.wait()
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.pace SET next_at = now() - interval '1 day'")
    pace.wait()
    assert waited == []
    pace.wait()
    assert len(waited) == 1
