"""Intake: once per platform message id, in the platform's order, safe against what customers type."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from conversations import Content, Inbound, claim_deletion, conversation_state, messages_after, take_in
from tests.conversations.conftest import START


def inbound(who: str, number: int, text: str, minute: int = 0) -> Inbound:
    return Inbound("zalo", "oa", who, f"{who}-{number}", Content(text=text), START + timedelta(minutes=minute))


def test_the_same_event_fifty_times_at_once_is_one_message(db, drain, engine):
    with ThreadPoolExecutor(10) as pool:
        taken = list(pool.map(lambda _: take_in(db, [inbound("an", 1, "mất điện")])[0], range(50)))

    assert len({t.message_id for t in taken}) == 1
    assert sum(t.new for t in taken) == 1
    drain()
    assert engine.texts == ["mất điện"]


def test_a_duplicate_of_a_handled_message_starts_no_turn(say, drain, engine):
    first = say("an", "mất điện", message_id="x")
    drain()
    again = say("an", "mất điện", message_id="x")

    assert (again.message_id, again.new) == (first.message_id, False)
    assert drain() == 0


def test_a_batch_out_of_order_is_handled_in_the_platforms_order(db, drain, engine):
    batch = [inbound("an", n, f"câu {n}", minute=n) for n in (3, 1, 2)]
    taken = take_in(db, batch)

    assert [t.new for t in taken] == [True, True, True]
    drain()
    assert engine.texts == ["câu 1", "câu 2", "câu 3"]
    assert taken[1].message_id < taken[2].message_id < taken[0].message_id


def test_twenty_messages_of_several_people_in_one_batch(db, drain, engine):
    taken = take_in(db, [inbound(f"u{n % 4}", n, f"câu {n}", minute=n) for n in range(20)])

    assert len({t.message_id for t in taken}) == 20
    assert len({t.conversation_id for t in taken}) == 4
    assert drain() == 20
    for person in range(4):
        assert [t for t in engine.texts if int(t[4:]) % 4 == person] == [f"câu {n}" for n in range(person, 20, 4)]


def test_two_batches_with_the_same_people_do_not_block_each_other(db):
    def batch(turn: int) -> int:
        people = ("an", "bi") if turn % 2 else ("bi", "an")
        return len(take_in(db, [inbound(who, turn, "a") for who in people]))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(batch, range(40))) == 80


def test_ids_grow_in_commit_order_inside_a_conversation(db):
    with ThreadPoolExecutor(8) as pool:
        taken = [one for batch in pool.map(lambda n: take_in(db, [inbound("an", n, "a")]), range(40)) for one in batch]
    (conversation,) = {one.conversation_id for one in taken}
    ids = [m.id for m in messages_after(db, conversation, 0)]
    assert ids == sorted(ids)
    assert len(ids) == 41  # and the greeting


def test_text_that_a_database_dislikes_is_kept_without_its_poison(db, say, drain, engine):
    say("an", "mất\x00 điện \ud83d 😡 '; DROP TABLE conversations.message; -- <script>")
    drain()
    assert engine.texts == ["mất điện  😡 '; DROP TABLE conversations.message; -- <script>"]


def test_a_long_text_is_cut_and_handled(say, drain, engine):
    say("an", "a" * 50_000)
    drain()
    assert engine.texts == ["a" * 10_000]


def test_the_first_message_of_a_person_brings_the_greeting_once(db, say):
    say("an", "alo")
    say("an", "alo alo")
    greetings = [m for m in messages_after(db, 1, 0) if m.author == "bot"]
    assert len(greetings) == 1
    assert greetings[0].content.buttons
    assert "1558" not in (greetings[0].content.text or "")


def test_opening_the_chat_greets_without_a_turn(db, drain):
    opened = Inbound("web", "web", "s1", "open", Content(), START, kind="greet", pulled=True)
    one, two = take_in(db, [opened])[0], take_in(db, [opened])[0]

    assert (one.new, two.new) == (True, False)
    assert [m.author for m in messages_after(db, one.conversation_id, 0)] == ["bot"]
    assert drain() == 0


def test_a_closed_conversation_opens_with_the_next_message(db, say):
    taken = say("an", "alo")
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.conversation SET state = 'closed'")
    say("an", "alo lại")
    assert conversation_state(db, taken.conversation_id) == "bot"


def test_withdrawing_blanks_what_was_said(db, say, drain, said):
    taken = say("an", "sđt 0987000111")
    drain()
    leave = Inbound("zalo", "oa", "an", "w", Content(), START, kind="withdraw")
    take_in(db, [leave])
    assert {text for _, text in said(taken.conversation_id)} == {""}


def _withdraws() -> Inbound:
    return Inbound("zalo", "oa", "an", "w1", Content(), START + timedelta(days=1), kind="withdraw")


def test_a_withdrawn_consent_erases_at_once_and_has_the_person_forgotten_once(db, say, drain):
    say("an", "số em 0987000111")
    drain()
    for _ in range(2):
        take_in(db, [_withdraws()])
    assert all(message.content == Content() for message in messages_after(db, 1, 0))
    wanted = claim_deletion(db)
    assert (wanted.channel, wanted.accounts, wanted.person) == ("zalo", ("oa",), "an")
    assert claim_deletion(db) is None


def test_who_never_wrote_has_nothing_to_withdraw(db):
    assert not take_in(db, [_withdraws()])[0].new
    assert claim_deletion(db) is None
