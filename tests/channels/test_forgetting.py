"""Forgetting by either door, in the chat's own words or by the widget's menu, leaves the same: nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from channels import media_store
from conversations import Database, FileOutbox, conversation_state, drop_unsent_uploads, find_conversation
from settings import Settings
from tests.channels.conftest import EchoEngine
from tests.channels.test_uploads import drawn
from tests.channels.test_web import Visitor

SECRETS = ("0987000111", "12 Trần Phú", "nhà ông An", "media:")
REMEMBERED = b'[{"event": "slot", "name": "task", "value": "0987000111"}]'


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def upload(visitor: Visitor, name: str = "nhà ông An.jpg") -> str:
    form = {"file": (io.BytesIO(drawn("JPEG")), name)}
    head = visitor.head
    sent = visitor.client.post("/web/attachments", data=form, headers=head, content_type="multipart/form-data")
    return str(sent.json["attachment_id"])


def lives(visitor: Visitor, db: Database, answered: Callable[[int], None]) -> int:
    """A talk with something personal at every place where one can be; the conversation's id."""
    visitor.say("1", text="số 0987000111, ở 12 Trần Phú", attachments=[upload(visitor)])
    answered(1)
    upload(visitor)  # still in the tray
    visitor.client.post("/web/rating", json={"stars": 5, "comment": "ở 12 Trần Phú"}, headers=visitor.head)
    conversation = find_conversation(db, "web", "web", visitor.session_id)
    assert conversation is not None
    with db.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO conversations.callback (conversation_id, reason, phone, told, status, code)"
            " VALUES (%(id)s, 'wish', '0987000111', true, 'filed', 'YC00000001')",
            {"id": conversation},
        )
        connection.exec_driver_sql(
            "INSERT INTO engine.tracker (conversation_id, version, data) VALUES (%(id)s, 7, %(data)s)",
            {"id": str(conversation), "data": REMEMBERED},
        )
    return conversation


def delete(visitor: Visitor, answered: Callable[[int], None]) -> None:
    assert visitor.client.delete("/web/conversation", headers=visitor.head).status_code == 204


def ask(visitor: Visitor, answered: Callable[[int], None]) -> None:
    visitor.say("2", text="xóa hết")
    answered(2)


def kept(db: Database, conversation: int) -> str:
    """Every row that belongs to the conversation, as text."""
    tables = ("message", "callback", "rating", "upload", "access")
    reads = [f"SELECT t::text FROM conversations.{table} t WHERE conversation_id = %(id)s" for table in tables]
    reads.append("SELECT convert_from(data, 'UTF8') FROM engine.tracker WHERE conversation_id = %(id)s::text")
    with db.transaction() as connection:
        rows = connection.exec_driver_sql(" UNION ALL ".join(reads), {"id": conversation}).all()
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("door", [delete, ask])
def test_nothing_is_left(
    door: Callable[[Visitor, Callable[[int], None]], None],
    visitor: Visitor,
    db: Database,
    settings: Settings,
    bot: EchoEngine,
    answered: Callable[[int], None],
) -> None:
    conversation = lives(visitor, db, answered)
    assert [secret for secret in SECRETS if secret not in kept(db, conversation)] == []
    media = Path(settings.var_dir / "media")
    assert len(list(media.iterdir())) == 2

    door(visitor, answered)

    assert [secret for secret in SECRETS if secret in kept(db, conversation)] == []
    dropping = FileOutbox(db, media_store(settings))
    while dropping.work_once():
        pass
    assert list(media.iterdir()) == []
    assert dropping.next_in_s() is None


def test_asked_in_the_chat_the_answer_still_arrives(
    visitor: Visitor, db: Database, bot: EchoEngine, answered: Callable[[int], None]
) -> None:
    lives(visitor, db, answered)
    ask(visitor, answered)

    assert [message["text"] for message in visitor.read()["messages"] if message["text"]] == ["Dạ em đã xóa ạ"]


def test_others_keep_theirs(
    client: FlaskClient, visitor: Visitor, db: Database, bot: EchoEngine, answered: Callable[[int], None]
) -> None:
    other = Visitor(client)
    conversation = lives(other, db, answered)
    before = kept(db, conversation)
    visitor.say("1", text="alo")

    delete(visitor, answered)

    assert kept(db, conversation) == before


def test_an_ended_talk_begins_anew_and_keeps_its_words(
    visitor: Visitor, db: Database, bot: EchoEngine, answered: Callable[[int], None]
) -> None:
    conversation = lives(visitor, db, answered)

    visitor.client.post("/web/end", json={}, headers=visitor.head)

    with db.transaction() as connection:
        row = connection.exec_driver_sql("SELECT version, convert_from(data, 'UTF8') FROM engine.tracker").one()
    assert tuple(row) == (8, "[]")  # a turn that was at work with version 7 can't write it back
    assert "12 Trần Phú" in kept(db, conversation)
    assert conversation_state(db, conversation) == "closed"


def test_a_file_that_cannot_be_deleted_is_tried_again(
    visitor: Visitor, db: Database, settings: Settings, bot: EchoEngine, answered: Callable[[int], None]
) -> None:
    lives(visitor, db, answered)
    delete(visitor, answered)
    media = Path(settings.var_dir / "media")
    stuck = next(media.iterdir())
    stuck.unlink()
    stuck.mkdir()  # unlinking it fails

    dropping = FileOutbox(db, media_store(settings))
    dropping.work_once()

    assert list(media.iterdir()) == [stuck]
    assert not dropping.work_once()
    assert dropping.next_in_s() is not None


def test_an_upload_never_sent_is_dropped_after_a_day(
    visitor: Visitor, db: Database, settings: Settings, bot: EchoEngine, answered: Callable[[int], None]
) -> None:
    lives(visitor, db, answered)
    assert not drop_unsent_uploads(db)
    with db.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations.upload SET created_at = created_at - interval '25 hours'")

    assert drop_unsent_uploads(db)
    FileOutbox(db, media_store(settings)).work_once()

    assert not drop_unsent_uploads(db)
    (left,) = Path(settings.var_dir / "media").iterdir()
    (shown,) = [one for message in visitor.read()["messages"] for one in message["attachments"]]
    assert visitor.client.get(shown["url"].removeprefix("http://chat.example")).data == left.read_bytes()
