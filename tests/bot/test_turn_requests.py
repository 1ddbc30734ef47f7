"""What a request must be, what a payload says, and how an answer is made of events."""

from __future__ import annotations

import pytest
from rasa.shared.core.events import BotUttered, SlotSet

from bot.turns import LONGEST_TEXT, BadTurn, answer, read_payload, read_turn

GOOD = {"conversation_id": 7, "message_id": 9, "channel": "zalo", "text": "chào"}


def test_numbers_and_words_both_serve_as_ids() -> None:
    turn = read_turn(GOOD)

    assert (turn.conversation_id, turn.message_id, turn.text, turn.payload) == ("7", "9", "chào", None)
    assert turn.metadata["message_id"] == "9"


@pytest.mark.parametrize(
    "change",
    [
        {"conversation_id": None},
        {"message_id": ""},
        {"message_id": "x" * 201},
        {"text": 1},
        {"payload": []},
        {"attachments": "x"},
    ],
)
def test_what_is_no_turn_is_refused(change: dict) -> None:
    with pytest.raises(BadTurn):
        read_turn({**GOOD, **change})


def test_text_is_cut_and_cleaned() -> None:
    turn = read_turn({**GOOD, "text": "\x00\ud800" + "a" * 50_000})

    assert len(turn.text) == LONGEST_TEXT
    assert turn.text.startswith(" ?")


@pytest.mark.parametrize(
    ("payload", "intent", "entities"),
    [
        ("affirm", "affirm", []),
        ("inform;alone=street", "inform", [("alone", "street")]),
        ("inform;alone=me;breaker=on", "inform", [("alone", "me"), ("breaker", "on")]),
        ("inform;area=a=b", "inform", [("area", "a=b")]),
        ("inform;;=x;y", "inform", []),
    ],
)
def test_payloads(payload: str, intent: str, entities: list) -> None:
    read, found = read_payload(payload)

    assert read == intent
    assert [(entity["entity"], entity["value"]) for entity in found] == entities


def test_an_answer_holds_texts_buttons_and_the_handover() -> None:
    events = [
        BotUttered("một", {"buttons": [{"title": "Có", "payload": "affirm", "type": "x"}]}),
        SlotSet("task", 1),
        BotUttered(None, {"custom": {"handover": {"reason": "wish", "phone": "0987000111"}}}),
        BotUttered("hai"),
    ]

    assert answer(events) == {
        "replies": [{"text": "một", "buttons": [{"title": "Có", "payload": "affirm"}]}, {"text": "hai", "buttons": []}],
        "handover": {"reason": "wish", "phone": "0987000111"},
        "erase": False,
    }


def test_an_answer_says_that_the_past_is_to_be_forgotten() -> None:
    assert answer([BotUttered(None, {"custom": {"erase": True}}), BotUttered("đã xóa")])["erase"] is True
