"""Turns: one worker per conversation, in order, taken over after a crash, given up honestly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from conversations import Button, Content, Handover, Policy, Turns, conversation_state


def test_workers_never_share_a_conversation(turns, say):
    for n in range(20):
        say(f"u{n}", "mất điện")
    with ThreadPoolExecutor(8) as workers:
        claims = list(workers.map(lambda _: turns.claim(), range(25)))
    claimed = [c.conversation_id for c in claims if c]
    assert len(claimed) == len(set(claimed)) == 20


def test_messages_fired_in_a_row_are_each_answered_in_order(say, turns, drain, engine, said):
    taken = say("an", "một")
    claim = turns.claim()
    say("an", "hai")
    say("an", "ba")
    assert turns.claim() is None  # the conversation is held

    turns.handle(claim)
    drain()

    assert engine.texts == ["một", "hai", "ba"]
    bot = [text for author, text in said(taken.conversation_id) if author == "bot"]
    assert bot == ["re: một", "re: hai", "re: ba"]


def test_takes_over_from_a_worker_that_died(say, turns, let_time_pass, drain, engine):
    say("an", "mất điện")
    turns.claim()
    assert turns.claim() is None

    let_time_pass()

    assert drain() == 1
    assert engine.texts == ["mất điện"]


def test_a_worker_that_lost_its_lease_changes_nothing(db, say, turns, let_time_pass, said, engine):
    taken = say("an", "mất điện")
    slow = turns.claim()
    let_time_pass()
    other = turns.claim()
    turns.handle(other)

    turns.handle(slow)

    assert [a for a, _ in said(taken.conversation_id)] == ["customer", "bot"]
    assert turns.claim() is None


def test_a_failing_turn_is_tried_again_and_blocks_only_its_own_conversation(say, turns, engine, let_time_pass, said):
    first = say("an", "mất điện")
    say("an", "alo")
    engine.fails = 1
    turns.work_once()
    say("bi", "chào")
    assert turns.work_once()
    assert engine.texts == ["mất điện", "chào"]
    assert turns.claim() is None

    let_time_pass()
    while turns.work_once():
        pass

    assert engine.texts == ["mất điện", "chào", "mất điện", "alo"]
    assert [t for a, t in said(first.conversation_id) if a == "bot"] == ["re: mất điện", "re: alo"]


def test_the_last_failure_apologises_hands_over_and_frees_the_queue(db, say, turns, engine, let_time_pass, said):
    taken = say("an", "mất điện")
    say("an", "alo")
    engine.fails = 3
    for _ in range(3):
        turns.work_once()
        let_time_pass()
    bot = [t for a, t in said(taken.conversation_id) if a == "bot"]
    assert "1558" in bot[0]
    assert conversation_state(db, taken.conversation_id) == "waiting"

    turns.work_once()

    assert engine.texts[-1] == "alo"


def test_a_message_that_kills_its_workers_is_given_up(db, say, turns, let_time_pass, engine, said):
    taken = say("an", "độc")
    for _ in range(3):
        assert turns.claim()
        let_time_pass()
    turns.work_once()
    assert engine.turns == []
    assert "1558" in said(taken.conversation_id)[-1][1]


def test_an_agents_conversation_stays_silent(db, say, turns, engine, said):
    taken = say("an", "alo")
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.conversation SET state = 'agent'")
    turns.work_once()
    assert engine.turns == []
    assert [a for a, _ in said(taken.conversation_id)] == ["customer"]
    assert turns.claim() is None


def test_a_wish_for_a_person_moves_to_waiting_and_the_bot_goes_on(db, say, turns, engine):
    taken = say("an", "cho gặp nhân viên")
    engine.wish = Handover("wish")
    turns.work_once()
    engine.wish = None
    say("an", "0987000111")
    turns.work_once()
    assert conversation_state(db, taken.conversation_id) == "waiting"
    assert [t.state for t in engine.turns] == ["bot", "waiting"]


def test_a_payload_counts_only_if_this_conversation_was_shown_it(say, turns, engine):
    say("an", "Xóa hết", payload="affirm;verified=yes")
    turns.work_once()
    assert engine.turns[0].content == Content(text="Xóa hết")

    engine.buttons = (Button("Đúng", "affirm"), Button("Sai", "deny"))
    say("an", "a")
    turns.work_once()
    say("an", None, payload="affirm")
    turns.work_once()
    assert engine.turns[-1].content.payload == "affirm"


def test_one_persons_buttons_are_not_anothers(say, turns, engine):
    engine.buttons = (Button("Đúng", "secret;x=1"),)
    say("an", "a")
    turns.work_once()
    say("bi", "hello", payload="secret;x=1")
    turns.work_once()
    assert engine.turns[-1].content.payload is None


def test_a_bare_number_or_title_picks_the_newest_button(say, turns, engine):
    engine.buttons = (Button("Đúng", "affirm"), Button("Cả khu vực", "inform;alone=street"))
    say("an", "a")
    turns.work_once()
    for typed in ("2", "ca khu vuc", "inform;alone=street"):
        say("an", typed)
        turns.work_once()
    assert [t.content.payload for t in engine.turns[1:]] == ["inform;alone=street"] * 3
    say("an", "3")
    turns.work_once()
    assert engine.turns[-1].content == Content(text="3")


def test_rasas_own_syntax_is_plain_text(say, turns, engine):
    say("an", '/affirm{"verified":"yes"}')
    turns.work_once()
    assert engine.turns[0].content == Content(text='/affirm{"verified":"yes"}')


def test_every_message_is_done_once_with_many_workers(db, say, engine):
    for n in range(60):
        say(f"u{n % 7}", f"câu {n}")

    def work(_: int) -> None:
        mine = Turns(db, engine)
        while mine.work_once():
            pass

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    for person in range(7):
        mine = [int(t[4:]) for t in engine.texts if int(t[4:]) % 7 == person]
        assert mine == [n for n in range(60) if n % 7 == person]


def test_a_slow_turn_keeps_its_lease(db, say, engine):
    policy = Policy(lease_s=3)
    say("an", "chậm")

    def ends():
        with db.transaction() as connection:
            return connection.exec_driver_sql("SELECT ready_at FROM conversations.conversation").scalar_one()

    class Slow:
        def reply(self, turn):
            # Until the lease was renewed twice; another worker looks meanwhile, as often as it can.
            seen = {ends()}
            while len(seen) < 3:
                assert Turns(db, engine, policy).claim() is None
                seen.add(ends())
            assert max(seen) - min(seen) > timedelta(seconds=policy.lease_s / 3)
            return engine.reply(turn)

    turns = Turns(db, Slow(), policy)
    assert turns.work_once()
    turns.close()
    assert engine.texts == ["chậm"]


def test_an_erasing_turn_blanks_what_was_said_before_it_and_no_more(say, turns, drain, delivery, engine, said):
    an, binh = say("an", "nhà tôi ở 12 Trần Phú"), say("binh", "nhà tôi ở 5 Lê Lợi")
    drain()
    while delivery.work_once():
        pass
    say("an", "xóa đi")
    say("an", "alo")
    engine.erase = True
    turns.work_once()
    engine.erase = False
    drain()
    assert "12 Trần Phú" not in str(said(an.conversation_id))
    assert "re: xóa đi" in str(said(an.conversation_id))
    assert "re: alo" in str(said(an.conversation_id))
    assert "5 Lê Lợi" in str(said(binh.conversation_id))
