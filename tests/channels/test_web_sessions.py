"""Sessions of the web chat: bound to their browser, renewed, revoked; talks ended, rated, deleted by their visitor."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from channels.sessions import GRACE, Token, is_good, proof
from conversations import Access, Content, Database, find_conversation, messages_after
from tests.channels.conftest import EchoEngine
from tests.channels.test_uploads import drawn

KEY = b"k" * 32
NOW = datetime(2026, 11, 28, tzinfo=UTC)


class Browser:
    """A visitor whose browser keeps a key."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        opened = client.post("/web/sessions", json={"key": base64.b64encode(KEY).decode()})
        assert opened.status_code == 201
        self.session_id, self.token = opened.json["session_id"], opened.json["token"]

    def status(self, token: str) -> int:
        return self.client.get("/web/messages", headers=_head(token)).status_code

    def renew(self, token: str, key: bytes = KEY) -> Any:
        return self.client.post("/web/sessions/renew", json={"proof": proof(key, token)}, headers=_head(token))


def _head(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)


def test_a_renewed_token_opens_the_same_talk(browser: Browser) -> None:
    renewed = browser.renew(browser.token)

    assert renewed.status_code == 200
    assert renewed.json["session_id"] == browser.session_id
    assert renewed.json["token"] != browser.token
    assert browser.status(renewed.json["token"]) == 200
    assert browser.status(browser.token) == 200  # requests under way, other tabs


def test_the_token_before_the_last_is_worth_nothing(browser: Browser) -> None:
    second = browser.renew(browser.token).json["token"]
    browser.renew(second)

    assert browser.status(browser.token) == 401
    assert browser.renew(browser.token).status_code == 401


def test_a_renewal_whose_answer_was_lost_can_be_asked_for_again(browser: Browser) -> None:
    browser.renew(browser.token)

    again = browser.renew(browser.token)

    assert again.status_code == 200
    assert browser.status(again.json["token"]) == 200
    assert again.json["token"].split(".")[1] == "1"


@pytest.mark.parametrize("proven", [None, "", "x", 5, ["a"], "é", proof(b"another key of thirty-two bytes!", "t")])
def test_a_copied_token_is_not_renewed_without_the_key(browser: Browser, proven: object) -> None:
    answer = browser.client.post("/web/sessions/renew", json={"proof": proven}, headers=_head(browser.token))

    assert answer.status_code == 401


def test_a_session_without_a_key_has_nothing_to_renew(client: FlaskClient) -> None:
    token = client.post("/web/sessions", json={}).json["token"]

    answer = client.post("/web/sessions/renew", json={"proof": proof(b"", token)}, headers=_head(token))

    assert answer.status_code == 401
    assert client.get("/web/messages", headers=_head(token)).status_code == 200


@pytest.mark.parametrize("key", ["", "abc", 5, "!" * 44, base64.b64encode(b"k" * 31).decode(), "A" * 5000])
def test_a_strange_key_is_refused(client: FlaskClient, key: object) -> None:
    assert client.post("/web/sessions", json={"key": key}).status_code == 422


@pytest.mark.parametrize(
    ("generation", "age", "renewed", "good"),
    [
        (3, timedelta(hours=23), timedelta(hours=23), True),
        (3, timedelta(hours=25), timedelta(hours=25), False),
        (2, timedelta(hours=1), GRACE / 2, True),
        (2, timedelta(hours=1), GRACE * 2, False),
        (1, timedelta(hours=1), GRACE / 2, False),
        (4, timedelta(hours=1), GRACE / 2, False),
    ],
)
def test_how_long_a_bound_token_is_good(generation: int, age: timedelta, renewed: timedelta, good: bool) -> None:
    access = Access(1, 3, KEY, NOW - renewed, revoked=False)

    assert is_good(Token("s", generation, NOW - age), access, NOW) is good
    assert not is_good(Token("s", generation, NOW - age), Access(1, 3, KEY, NOW - renewed, revoked=True), NOW)


def test_a_token_without_a_key_stays_good(client: FlaskClient) -> None:
    access = Access(1, 0, None, None, revoked=False)

    assert is_good(Token("s", 0, None), access, NOW)
    assert not is_good(Token("s", 1, None), access, NOW)


# --- what a visitor decides about the talk -----------------------------------------------------------------


def test_a_talk_is_ended_once_and_opens_again(browser: Browser) -> None:
    head = _head(browser.token)
    for _ in range(2):
        assert browser.client.post("/web/end", json={}, headers=head).json == {"state": "closed"}

    seen = browser.client.get("/web/messages", headers=head).json
    assert seen["state"] == "closed"
    assert [m["author"] for m in seen["messages"]] == ["bot", "system"]
    browser.client.post("/web/messages", json={"client_message_id": "1", "text": "alo"}, headers=head)
    assert browser.client.get("/web/messages", headers=head).json["state"] == "bot"


def test_a_wish_for_a_call_survives_the_end(browser: Browser, db: Database) -> None:
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.conversation SET state = 'waiting'")

    browser.client.post("/web/end", json={}, headers=_head(browser.token))

    told = browser.client.get("/web/messages", headers=_head(browser.token)).json["messages"][-1]["text"]
    assert "gọi lại" in told


def test_a_rating_is_kept_once_for_each_talk(browser: Browser, db: Database) -> None:
    head = _head(browser.token)
    for stars, comment in ((2, None), (5, "tốt lắm")):
        sent = {"stars": stars, **({"comment": comment} if comment else {})}
        assert browser.client.post("/web/rating", json=sent, headers=head).status_code == 201

    with db.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT stars, comment FROM conversations.rating").all()
    assert [tuple(row) for row in rows] == [(5, "tốt lắm")]


@pytest.mark.parametrize(
    "rating", [{}, {"stars": 0}, {"stars": 6}, {"stars": True}, {"stars": "5"}, {"stars": 5, "comment": "a" * 1001}, []]
)
def test_a_strange_rating_is_refused(browser: Browser, rating: object) -> None:
    assert browser.client.post("/web/rating", json=rating, headers=_head(browser.token)).status_code == 422


def test_a_deleted_talk_is_gone_and_so_are_its_token_and_the_turn_at_work(
    browser: Browser, db: Database, bot: EchoEngine
) -> None:
    head = _head(browser.token)
    form = {"file": (io.BytesIO(drawn("JPEG")), "a.jpg")}
    uploaded = browser.client.post("/web/attachments", data=form, headers=head, content_type="multipart/form-data")
    bot.gate.clear()  # its answer is not there yet
    said = {"client_message_id": "1", "text": "số của tôi", "attachments": [uploaded.json["attachment_id"]]}
    browser.client.post("/web/messages", json=said, headers=head)
    conversation = find_conversation(db, "web", "web", browser.session_id)
    assert conversation is not None

    assert browser.client.delete("/web/conversation", headers=head).status_code == 204

    assert browser.status(browser.token) == 401
    assert browser.renew(browser.token).status_code == 401
    assert [message.content for message in messages_after(db, conversation, 0)] == [Content(), Content()]
    with db.transaction() as connection:  # the turn at work has lost its lease: its answer comes to nothing
        rows = connection.exec_driver_sql("SELECT lease, pending, ready_at FROM conversations.conversation").all()
    assert [tuple(row) for row in rows] == [(None, 0, None)]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/web/end"),
        ("POST", "/web/rating"),
        ("DELETE", "/web/conversation"),
        ("POST", "/web/sessions/renew"),
    ],
)
def test_strangers_decide_nothing(client: FlaskClient, method: str, path: str) -> None:
    for head in ({}, _head("nonsense"), _head("a.0.1.x")):
        assert client.open(path, method=method, json={"stars": 5, "proof": "x"}, headers=head).status_code == 401
