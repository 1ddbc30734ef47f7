"""Call-backs: filed once per reason, told with their code, care may be down meanwhile."""

from __future__ import annotations

from conversations import Handover, callback_ended, conversation_state


def wish(say, turns, engine, reason="wish"):
    engine.wish = Handover(reason)
    taken = say("an", "gặp nhân viên")
    turns.work_once()
    engine.wish = None
    return taken.conversation_id


def test_a_wish_files_one_ticket_and_tells_its_code(say, turns, engine, outbox, care, said):
    conversation = wish(say, turns, engine)
    while outbox.work_once():
        pass
    assert [c.reason for c in care.filed] == ["wish"]
    assert "YC00000001" in said(conversation)[-1][1]


def test_asking_again_tells_the_same_code(say, turns, engine, outbox, care, said):
    conversation = wish(say, turns, engine)
    outbox.work_once()
    wish(say, turns, engine)
    while outbox.work_once():
        pass
    assert len(care.filed) == 1
    assert "đã có phiếu YC00000001" in said(conversation)[-1][1]


def test_another_reason_is_another_ticket(say, turns, engine, outbox, care):
    wish(say, turns, engine)
    wish(say, turns, engine, "hazard")
    while outbox.work_once():
        pass
    assert [c.reason for c in care.filed] == ["wish", "hazard"]


def test_care_down_loses_nothing(say, turns, engine, outbox, care, let_time_pass, said):
    conversation = wish(say, turns, engine)
    care.down = True
    assert outbox.work_once()
    assert not outbox.work_once()
    care.down = False
    let_time_pass()
    assert outbox.work_once()
    assert "YC" in said(conversation)[-1][1]


def test_the_tickets_end_gives_the_conversation_back(db, say, turns, engine, outbox, care):
    conversation = wish(say, turns, engine)
    outbox.work_once()
    with db.transaction() as connection:
        callback_ended(connection, conversation)
    assert conversation_state(db, conversation) == "bot"
    wish(say, turns, engine)
    outbox.work_once()
    assert len(care.filed) == 2
