"""A customer who floods is answered, once and politely; every word is heard, and the others are served meanwhile."""

from __future__ import annotations

import pytest

from conversations import Policy, Turns, messages_after
from conversations.folding import LONGEST, together
from tests.conversations.conftest import FakeEngine


@pytest.fixture
def patient(db, engine: FakeEngine):
    turns = Turns(db, engine, Policy(lease_s=60, retry_pauses_s=(0, 0), fold_from=5))
    yield turns
    turns.close()


def work(turns: Turns) -> int:
    done = 0
    while turns.work_once():
        done += 1
    return done


def bot_texts(db, conversation: int) -> list[str]:
    return [m.content.text or "" for m in messages_after(db, conversation, 0) if m.author == "bot"][1:]


def test_a_flood_is_one_turn_that_says_everything_once(db, say, patient, engine):
    for n in range(30):
        taken = say("an", ["mất điện", "alo", "có tia lửa"][n % 3])
    assert work(patient) == 1
    assert engine.texts == ["mất điện\nalo\ncó tia lửa"]
    slow, answer = bot_texts(db, taken.conversation_id)
    assert "gộp" in slow
    assert answer.startswith("re: mất điện")
    assert len([m for m in messages_after(db, taken.conversation_id, 0) if m.author == "customer"]) == 30


def test_the_customer_is_asked_to_slow_down_once(db, say, patient):
    for _ in range(3):
        for n in range(6):
            taken = say("an", f"câu {n}")
        work(patient)
    assert len([text for text in bot_texts(db, taken.conversation_id) if "gộp" in text]) == 1


def test_a_few_messages_are_answered_one_by_one(say, patient, engine):
    for n in range(4):
        say("an", f"câu {n}")
    assert work(patient) == 4
    assert engine.texts == [f"câu {n}" for n in range(4)]


def test_a_pressed_button_is_never_folded(say, patient, engine):
    for n in range(4):
        say("an", f"câu {n}")
    say("an", "Đúng", payload="affirm")
    say("an", "cảm ơn")
    assert work(patient) == 3
    assert engine.texts[0] == "câu 0\ncâu 1\ncâu 2\ncâu 3"
    assert engine.texts[2] == "cảm ơn"


def test_a_turn_that_is_tried_again_says_the_same(say, patient, engine):
    for n in range(6):
        say("an", f"câu {n}")
    engine.fails = 1
    assert patient.work_once()
    for n in range(6, 12):
        say("an", f"câu {n}")
    work(patient)
    assert engine.texts[0] == engine.texts[1] == "\n".join(f"câu {n}" for n in range(6))
    assert engine.texts[2] == "\n".join(f"câu {n}" for n in range(6, 12))


def test_what_has_no_room_in_one_turn_is_heard_in_the_next(say, patient, engine):
    sentences = [f"{n:03} " + "a" * 300 for n in range(60)]
    for sentence in sentences:
        say("an", sentence)
    assert work(patient) == 3
    assert "\n".join(engine.texts).split("\n") == sentences
    assert max(map(len, engine.texts)) <= LONGEST


def test_each_sentence_is_said_once():
    assert together(["mất điện", "alo ", "alo", "mất điện", "có tia lửa"]) == "mất điện\nalo\ncó tia lửa"
