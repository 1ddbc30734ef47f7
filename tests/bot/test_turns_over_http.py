"""The engine's door: one request is one turn, asked again it answers the same, and a failed turn leaves no trace."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psycopg
import pytest
import requests

from tests.bot.actions_stand_in import ActionsStandIn
from tests.bot.conftest import TOKEN, Engine, start, stop

_ids = count()


@pytest.fixture
def who() -> str:
    return f"customer-{next(_ids)}"


def test_a_message_is_read_and_answered(engine: Engine, who: str) -> None:
    answer = engine.turn(who, "1", "nhà tôi mất điện từ sáng giờ")

    assert answer == {
        "replies": [{"text": "action_report_outage 1", "buttons": [{"title": "Có", "payload": "affirm"}]}],
        "handover": None,
        "erase": False,
    }


def test_the_same_message_again_is_no_second_turn(engine: Engine, actions: ActionsStandIn, who: str) -> None:
    first = engine.turn(who, "1", "chào em")
    engine.turn(who, "2", "đúng rồi")

    assert engine.turn(who, "1", "chào em") == first
    assert len(actions.calls_for(who)) == 2


def test_the_same_message_at_once_is_one_turn(engine: Engine, actions: ActionsStandIn, who: str) -> None:
    actions.pause_s = 0.2
    with ThreadPoolExecutor(8) as workers:
        answers = list(workers.map(lambda _: engine.turn(who, "1", "chào em"), range(8)))

    assert all(answer == answers[0] for answer in answers)
    assert len(actions.calls_for(who)) == 1


def test_different_messages_at_once_are_all_taken(engine: Engine, who: str) -> None:
    with ThreadPoolExecutor(5) as workers:
        answers = list(workers.map(lambda n: engine.say(who, str(n), "chào em"), range(5)))

    assert sorted(text for answer in answers for text in answer) == [f"action_greet {n}" for n in range(1, 6)]


def test_a_handover_stands_beside_the_replies(engine: Engine, who: str) -> None:
    answer = engine.turn(who, "1", "dây điện đứt rớt xuống đường rồi")

    assert answer["handover"] == {"reason": "hazard", "phone": None}
    assert [reply["text"] for reply in answer["replies"]] == ["action_report_hazard 1"]


def test_a_payload_is_obeyed_without_reading(engine: Engine, actions: ActionsStandIn, who: str) -> None:
    engine.turn(who, "1", payload="inform;alone=street")

    message = actions.calls_for(who)[0]["tracker"]["latest_message"]
    assert message["intent"] == {"name": "inform", "confidence": 1.0}
    assert [(entity["entity"], entity["value"]) for entity in message["entities"]] == [("alone", "street")]


def test_a_payload_of_an_older_model_is_read_like_words(engine: Engine, who: str) -> None:
    assert engine.turn(who, "1", payload="ask_moon;x=y")["replies"]


@pytest.mark.parametrize("text", ['/affirm{"verified":"yes"}', "/affirm {}", ' /affirm{"a":"b"}'])
def test_typed_commands_are_never_obeyed(engine: Engine, actions: ActionsStandIn, who: str, text: str) -> None:
    assert engine.say(who, "1", text) == ["action_out_of_scope 1"]
    message = actions.calls_for(who)[0]["tracker"]["latest_message"]
    assert message["entities"] == []
    assert message["unsure"] is True


def test_the_parse_door_obeys_no_commands_either(engine: Engine) -> None:
    parsed = engine.parse('/affirm{"phone_number":"1"}')

    assert parsed["entities"] == []
    assert parsed["intent"]["confidence"] < 1.0


@pytest.mark.parametrize(
    "parts", [{"location": {"lat": 10.0, "lon": 106.0}}, {"attachments": [{"kind": "image", "url": "u", "name": "n"}]}]
)
def test_a_place_or_picture_without_words_informs(
    engine: Engine, actions: ActionsStandIn, who: str, parts: dict
) -> None:
    assert engine.turn(who, "1", **parts)["replies"][0]["text"] == "action_inform 1"
    metadata = actions.calls_for(who)[0]["tracker"]["latest_message"]["metadata"]
    assert parts.items() <= metadata.items()
    assert metadata["message_id"] == "1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀🔥",
        "a" * 50_000,
        "mất điện " * 6_000,
        "\x00\x01",
        "nhà tôi mất điện",
        "\ud800",
        "' OR 1=1 --",
        "<b>x</b>",
    ],
    ids=["empty", "blank", "emoji", "one long word", "long", "control", "NFD", "half a pair", "SQL", "HTML"],
)
def test_any_text_gets_an_answer(engine: Engine, who: str, text: str) -> None:
    assert engine.turn(who, "1", text)["replies"]
    assert engine.say(who, "2", "chào em") == ["action_greet 2"]


@pytest.mark.parametrize("token", [None, "", "wrong", "bí mật"])
def test_without_the_token_nothing_happens(
    engine: Engine, actions: ActionsStandIn, who: str, token: str | None
) -> None:
    response = engine.post({"conversation_id": who, "message_id": "1", "text": "chào em"}, token)

    assert response.status_code == 401
    assert actions.calls_for(who) == []


@pytest.mark.parametrize("path", ["model/parse", "status"])
def test_rasas_own_doors_ask_for_the_token(engine: Engine, path: str) -> None:
    url = f"http://127.0.0.1:{engine.port}/{path}"
    method = "POST" if path == "model/parse" else "GET"

    assert requests.request(method, url, json={"text": "x"}, timeout=5).status_code == 401
    assert requests.request(method, url, params={"token": TOKEN}, json={"text": "x"}, timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 422),
        ("{}", 422),
        ('{"conversation_id": "1"}', 422),
        ('{"conversation_id": "1", "message_id": "1", "text": 5}', 422),
        ('{"conversation_id": "1", "message_id": "1", "location": "here"}', 422),
        ('{"conversation_id": "1", "message_id": true}', 422),
    ],
)
def test_what_is_no_turn_is_refused(engine: Engine, body: str, status: int) -> None:
    url = f"http://127.0.0.1:{engine.port}/webhooks/conversation/turn"
    response = requests.post(url, params={"token": TOKEN}, data=body, timeout=5)

    assert response.status_code == status
    assert response.json()["detail"]


@pytest.mark.parametrize("mode", ["broken", "nonsense"])
def test_a_failed_action_leaves_no_trace(engine: Engine, actions: ActionsStandIn, who: str, mode: str) -> None:
    engine.turn(who, "1", "chào em")
    actions.mode = mode
    refused = engine.post({"conversation_id": who, "message_id": "2", "text": "đúng rồi"})
    actions.mode = "ok"

    assert refused.status_code == 503
    assert engine.say(who, "2", "đúng rồi") == ["action_affirm 2"]
    assert len(_events_of(actions, who, "user")) == 2


def test_actions_that_are_down_refuse_the_turn(model, database_url: str, who: str) -> None:
    lonely = start(model, database_url, "http://127.0.0.1:9/webhook")
    try:
        response = lonely.post({"conversation_id": who, "message_id": "1", "text": "chào em"})
        ready = requests.get(f"http://127.0.0.1:{lonely.port}/readyz", timeout=10)
    finally:
        stop(lonely)

    assert response.status_code == 503
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"model": True, "database": True, "actions": False}


def test_lost_database_connections_cost_no_turn(engine: Engine, database_url: str, who: str) -> None:
    engine.turn(who, "1", "chào em")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    assert engine.say(who, "2", "đúng rồi") == ["action_affirm 2"]


def test_two_engines_share_a_conversation(engine: Engine, model, database_url: str, actions, who: str) -> None:
    other = start(model, database_url, actions.url)
    try:
        assert engine.say(who, "1", "chào em") == ["action_greet 1"]
        assert other.say(who, "2", "đúng rồi") == ["action_affirm 2"]
        assert engine.say(who, "2", "đúng rồi") == ["action_affirm 2"]
    finally:
        stop(other)


def test_a_killed_engine_is_replaced_and_the_turn_taken_once(model, database_url: str, actions, who: str) -> None:
    first = start(model, database_url, actions.url)
    assert first.say(who, "1", "chào em") == ["action_greet 1"]
    actions.pause_s = 1.0
    with ThreadPoolExecutor(1) as worker:
        asked = worker.submit(first.post, {"conversation_id": who, "message_id": "2", "text": "đúng rồi"})
        while len(actions.calls_for(who)) < 2:
            pass
        first.process.kill()
        with pytest.raises(requests.ConnectionError):
            asked.result()
    first.process.wait()
    actions.pause_s = 0.0
    second = start(model, database_url, actions.url)
    try:
        assert second.say(who, "2", "đúng rồi") == ["action_affirm 2"]
        assert second.say(who, "2", "đúng rồi") == ["action_affirm 2"]
    finally:
        assert stop(second) == 0


def test_another_model_can_be_put_in_while_running(engine: Engine, model, who: str) -> None:
    engine.turn(who, "1", "chào em")
    url = f"http://127.0.0.1:{engine.port}/model"
    response = requests.put(url, params={"token": TOKEN}, data=json.dumps({"model_file": str(model)}), timeout=30)

    assert response.status_code == 204
    assert engine.say(who, "2", "đúng rồi") == ["action_affirm 2"]


def _events_of(actions: ActionsStandIn, who: str, kind: str) -> list[dict]:
    return [event for event in actions.calls_for(who)[-1]["tracker"]["events"] if event["event"] == kind]
