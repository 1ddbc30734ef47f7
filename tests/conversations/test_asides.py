"""What platforms tell besides deeds: receipts are kept once and never backwards, who left is not written to, staff who
answer elsewhere silence the bot for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conversations import (
    Content,
    Left,
    PersonLeft,
    PersonWrote,
    Receipt,
    conversation_state,
    messages_after,
    post_notice,
    take_asides,
)
from tests.conversations.conftest import START, row_of

AN = ("zalo", "oa", "an")
LATER = START + timedelta(hours=1)


def ticks(db, text):
    return row_of(db, text, "delivered_at", "seen_at")


@pytest.fixture
def answered(say, drain, delivery):
    """An asked twice and was answered: the platform's ids are p2 and p3."""
    say("an", "một")
    delivery.work_once()
    drain()
    delivery.work_once()
    say("an", "hai")
    drain()
    delivery.work_once()


def test_a_receipt_by_ids_is_kept_once(db, answered):
    for at in (LATER, LATER + timedelta(hours=1)):
        take_asides(db, [Receipt(*AN, at, message_ids=("p2", "unknown"))])
    assert ticks(db, "re: một") == (LATER, None)
    assert ticks(db, "re: hai") == (None, None)


def test_seen_means_delivered_and_is_never_taken_back(db, answered):
    take_asides(db, [Receipt(*AN, LATER, seen=True, message_ids=("p2",))])
    take_asides(db, [Receipt(*AN, START, message_ids=("p2",))])
    assert ticks(db, "re: một") == (LATER, LATER)


def test_a_watermark_means_all_that_was_sent_until_then(db, answered, say, drain, delivery):
    until = datetime.now(UTC)
    say("an", "ba")
    drain()
    delivery.work_once()
    with db.transaction() as connection:  # time is moved, not waited for
        connection.exec_driver_sql(
            "UPDATE conversations.message SET created_at = created_at + interval '1 minute',"
            " done_at = done_at + interval '1 minute' WHERE content->>'text' = 're: ba'"
        )
    take_asides(db, [Receipt(*AN, LATER, seen=True, up_to=until), Receipt(*AN, LATER, up_to=until)])
    assert ticks(db, "re: một") == ticks(db, "re: hai") == (LATER, LATER)
    assert ticks(db, "re: ba") == (None, None)


def test_receipts_of_strangers_with_odd_ids_change_nothing(db, answered):
    take_asides(db, [Receipt("zalo", "oa", "no\x00body", LATER, message_ids=("p2", "\ud800\x00"))])
    take_asides(db, [Receipt("zalo", "other", "an", LATER, seen=True, message_ids=("p2",))])
    assert ticks(db, "re: một") == (None, None)


def test_who_left_is_not_written_to_until_the_next_deed(db, say, drain, delivery, platform):
    say("an", "một")
    drain()
    take_asides(db, [Left(*AN, LATER, "unfollowed")])
    while delivery.work_once():
        pass
    assert platform.texts == []
    with db.transaction() as connection:
        rows = connection.exec_driver_sql(
            "SELECT DISTINCT status, reason FROM conversations.message WHERE author='bot'"
        )
        assert [tuple(row) for row in rows] == [("undeliverable", "unfollowed")]
        assert post_notice(connection, 1, Content(text="tin"), START).status == "outside the window"

    for _ in range(70):  # a minute each: past the hour
        say("an", "hai")
    drain()
    while delivery.work_once():
        pass
    assert platform.texts[-1] == "re: hai"


def test_a_late_goodbye_does_not_undo_a_later_deed(db, say, drain, delivery, platform):
    say("an", "một")
    take_asides(db, [Left(*AN, START - timedelta(days=1), "unfollowed")])
    drain()
    while delivery.work_once():
        pass
    assert platform.texts[-1] == "re: một"


def _wrote(key="z1", at=None, text="Em là Hoa ạ"):
    return PersonWrote(*AN, at or datetime.now(UTC), key, Content(text=text))


def test_staff_who_write_elsewhere_silence_the_bot(db, say, drain, engine, said):
    say("an", "một")
    drain()
    for _ in range(2):
        take_asides(db, [_wrote()])
    assert conversation_state(db, 1) == "agent"
    say("an", "hai")
    drain()
    assert engine.texts == ["một"]
    assert said(1) == [("customer", "một"), ("bot", "re: một"), ("agent", "Em là Hoa ạ"), ("customer", "hai")]


def test_their_hold_runs_out(db, say, drain, engine):
    take_asides(db, [_wrote(at=datetime.now(UTC) - timedelta(hours=3))])
    say("an", "một")
    drain()
    assert engine.texts == ["một"]
    assert conversation_state(db, 1) == "bot"


def test_they_give_it_back(db, say, drain, engine):
    take_asides(db, [_wrote(), PersonLeft(*AN, datetime.now(UTC) + timedelta(seconds=1))])
    say("an", "một")
    drain()
    assert engine.texts == ["một"]


def test_an_agent_at_our_own_desk_goes_on_holding(db, say, drain, engine):
    say("an", "một")
    drain()
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.conversation SET state = 'agent'")
    take_asides(db, [_wrote(at=START), PersonLeft(*AN, LATER)])
    say("an", "hai")
    drain()
    assert engine.texts == ["một"]
    assert [m.author for m in messages_after(db, 1, 0)][-2:] == ["agent", "customer"]
