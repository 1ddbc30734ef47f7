"""Forgetting while something is under way: nothing personal outlives it, nothing that must be done is dropped."""

from __future__ import annotations

from conversations import Content, Handover, Inbound, Turns, forget_conversation, take_in
from tests.conversations.conftest import START


def contents(db, conversation: int) -> list[dict[str, object]]:
    with db.transaction() as connection:
        rows = connection.exec_driver_sql(
            "SELECT content FROM conversations.message WHERE conversation_id = %(id)s ORDER BY id", {"id": conversation}
        )
        return [row.content for row in rows]


def memory(db, conversation: int) -> list[bytes]:
    with db.transaction() as connection:
        rows = connection.exec_driver_sql(
            "SELECT data FROM engine.tracker WHERE conversation_id = %(id)s", {"id": str(conversation)}
        )
        return [bytes(row.data) for row in rows]


def test_what_is_on_its_way_arrives_and_is_blanked_then(db, say, turns, delivery, engine, platform):
    taken = say("an", "xóa đi, số 0987000111")
    turns.work_once()
    engine.erase = True
    say("an", "đúng")
    turns.work_once()
    while delivery.work_once():
        pass

    assert "re: xóa đi, số 0987000111" in platform.texts
    assert "0987000111" not in str(contents(db, taken.conversation_id))


def test_nothing_is_sent_to_who_withdrew(db, say, turns, delivery, platform):
    taken = say("an", "số 0987000111")
    turns.work_once()
    take_in(db, [Inbound("zalo", "oa", "an", "w", Content(), START, kind="withdraw")])

    assert not delivery.work_once()
    assert platform.sent == []
    assert {str(each) for each in contents(db, taken.conversation_id)} == {"{'erased': True}"}
    say("an", "chào lại")
    turns.work_once()
    while delivery.work_once():
        pass
    assert platform.texts == ["re: chào lại"]


def test_a_danger_told_just_before_withdrawing_is_still_handled(db, say, turns, engine):
    say("an", "dây điện đứt")
    take_in(db, [Inbound("zalo", "oa", "an", "w", Content(), START, kind="withdraw")])

    assert turns.work_once()
    assert engine.texts == ["dây điện đứt"]


def test_a_turn_that_ends_after_its_talk_was_deleted_leaves_nothing(db, say, engine):
    taken = say("an", "số 0987000111")

    class Late:
        def reply(self, turn):
            forget_conversation(db, turn.conversation_id)
            with db.transaction() as connection:  # the engine's turn is stored all the same
                connection.exec_driver_sql(
                    "UPDATE engine.tracker SET data = '0987000111' WHERE conversation_id = %(id)s",
                    {"id": str(turn.conversation_id)},
                )
            return engine.reply(turn)

    turns = Turns(db, Late())
    assert turns.work_once()
    turns.close()

    assert memory(db, taken.conversation_id) == [b"[]"]
    assert {str(each) for each in contents(db, taken.conversation_id)} == {"{'erased': True}"}


def test_a_number_to_call_is_kept_until_its_ticket_has_it(db, say, turns, engine, outbox, care):
    engine.wish = Handover("wish", "0987000111")
    taken = say("an", "gọi cho tôi")
    turns.work_once()
    forget_conversation(db, taken.conversation_id)

    outbox.work_once()

    assert [each.phone for each in care.filed] == ["0987000111"]
    with db.transaction() as connection:
        phones = connection.exec_driver_sql("SELECT phone FROM conversations.callback").all()
    assert [tuple(row) for row in phones] == [(None,)]
