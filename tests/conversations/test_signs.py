"""Signs of life: counted together, kept when the database is away, read back as each account's figures."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from conversations import (
    ChannelStopped,
    Content,
    Database,
    DatabaseAway,
    Inbound,
    RateLimited,
    Refused,
    Retry,
    Undeliverable,
    forget_tallies,
    locked_account,
    standing,
    take_in,
)
from conversations.errors import SendError
from conversations.figures import note
from conversations.signs import Noted, Signs, outcome_of, short_reason
from tests.conversations.conftest import START


def _noted(db: Database) -> Signs:
    """Writes at once when it is stopped."""
    return Signs(lambda noted: note(db, noted))


def test_what_happens_while_one_writing_runs_goes_together_with_the_next():
    first, go_on, written = threading.Event(), threading.Event(), []

    def write(noted: Noted) -> None:
        written.append(noted)
        first.set()
        assert go_on.wait(10)

    signs = Signs(write)
    signs.heard("zalo", "1")
    assert first.wait(10)
    for _ in range(1000):
        signs.heard("zalo", "1")
        signs.tried("zalo", "1", Retry("HTTP 502"))
    ending = threading.Thread(target=signs.stop)
    ending.start()
    go_on.set()
    ending.join(10)
    assert len(written) == 2
    assert written[1].tries == {("zalo", "1", "retry", "HTTP 502"): 1000}


def test_notes_outlive_a_database_that_is_away():
    away, written, tried_once = [True], [], threading.Event()

    def write(noted: Noted) -> None:
        if away:
            away.pop()
            tried_once.set()
            raise DatabaseAway("gone")
        written.append(noted)

    signs = Signs(write)
    signs.heard("zalo", "1")
    assert tried_once.wait(10)
    signs.tried("zalo", "1")
    signs.stop()
    assert [each.lives for each in written] == [{("zalo", "1"): {"heard", "sent"}}]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "sent"),
        (Undeliverable("x"), "undeliverable"),
        (Refused("x"), "refused"),
        (RateLimited("x", 1.0), "rate_limited"),
        (ChannelStopped("x"), "stopped"),
        (Retry("x"), "retry"),
    ],
)
def test_every_way_a_try_can_end_has_its_word(error: SendError | None, outcome: str):
    assert outcome_of(error) == outcome


def test_a_reason_is_kept_without_words_that_may_name_a_person():
    assert short_reason("-230: user 8309393969855402319 has not interacted") == "-230"
    assert len(short_reason("x" * 500)) == 40


def test_figures_of_an_account(db: Database):
    signs = _noted(db)
    signs.heard("zalo", "1")
    signs.refused("zalo")
    for error in (None, None, Retry("HTTP 502"), Refused("-201: text")):
        signs.tried("zalo", "1", error)
    signs.stop()
    inbound = Inbound("zalo", "2", "an", "m1", Content(text="a"), START)
    (taken,) = take_in(db, [inbound])  # greets: one message waits
    assert taken.new
    with locked_account(db, "zalo", "1") as row:
        row.save({"renewed_at": 1})

    found = standing(db)
    one, two = found.of("zalo", "1"), found.of("zalo", "2")

    assert {(t.outcome, t.reason): t.hour for t in one.tries} == {
        ("sent", ""): 2,
        ("retry", "HTTP 502"): 1,
        ("refused", "-201"): 1,
    }
    assert one.heard_at is not None
    assert one.sent_at is not None
    assert (one.waiting, one.data) == (0, {"renewed_at": 1})
    assert found.of("zalo", "").refused_at is not None
    assert (two.waiting, two.oldest_at is not None) == (1, True)
    assert found.of("telegram", "9").heard_at is None


def test_without_any_account_there_is_still_a_clock(db: Database):
    found = standing(db)
    assert (found.accounts, found.at.tzinfo is not None) == ([], True)


def test_old_tries_count_no_more_and_are_dropped(db: Database):
    signs = _noted(db)
    signs.tried("zalo", "1")
    signs.stop()

    def passes(span: timedelta) -> None:
        with db.transaction() as connection:
            connection.exec_driver_sql(
                "UPDATE conversations.account_tally SET minute = minute - %(span)s", {"span": span}
            )

    def kept() -> int:
        with db.transaction() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM conversations.account_tally").scalar_one()

    passes(timedelta(minutes=20))
    assert [(t.hour, t.lately) for t in standing(db).of("zalo", "1").tries] == [(1, 0)]
    passes(timedelta(minutes=50))
    assert standing(db).of("zalo", "1").tries == ()
    forget_tallies(db)
    assert kept() == 1
    passes(timedelta(days=1))
    forget_tallies(db)
    assert kept() == 0


def test_delivery_and_intake_leave_signs(db: Database, delivery, platform, say):
    say("an", "hi")
    platform.errors.append(Retry("HTTP 502"))
    delivery.work_once()
    db.signs.stop()
    found = standing(db).accounts
    assert [(t.outcome, t.reason, t.hour) for each in found for t in each.tries] == [("retry", "HTTP 502", 1)]
    assert [each.heard_at is not None for each in found] == [True]
