"""The end of a call-back ticket gives its conversation back to the bot, in the same commit."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.care.conftest import Api


@pytest.fixture
def waiting(session: Session) -> int:
    """A conversation that waits for a person."""
    row = (
        "INSERT INTO conversations.conversation (channel, account, user_id, state) VALUES ('web', 'w', 'an', 'waiting')"
    )
    number: int = session.execute(text(f"{row} RETURNING id")).scalar_one()
    wish = "INSERT INTO conversations.callback (conversation_id, reason, status) VALUES (:id, 'wish', 'filed')"
    session.execute(text(wish), {"id": number})
    session.commit()
    return number


def state(session: Session, number: int) -> tuple[str, str]:
    session.rollback()
    found = session.execute(
        text(
            "SELECT c.state, b.status FROM conversations.conversation c"
            " JOIN conversations.callback b ON b.conversation_id = c.id WHERE c.id = :id"
        ),
        {"id": number},
    ).one()
    return found.state, found.status


def file(api: Api, number: int) -> str:
    code: str = api.filed(service="CALLBACK", channel="web", conversation_id=str(number))["code"]
    return code


@pytest.mark.parametrize("end", ["done", "rejected", "cancelled"])
def test_every_end_frees_the_conversation(api: Api, session: Session, waiting: int, end: str) -> None:
    code = file(api, waiting)
    api.post(f"/tickets/{code}/transitions", {"to": "accepted"})
    assert state(session, waiting) == ("waiting", "filed")
    assert api.post(f"/tickets/{code}/transitions", {"to": end}).status_code == 200
    assert state(session, waiting) == ("bot", "ended")


def test_a_refused_move_frees_nothing(api: Api, session: Session, waiting: int) -> None:
    code = file(api, waiting)
    assert api.post(f"/tickets/{code}/transitions", {"to": "done"}).status_code == 409
    assert state(session, waiting) == ("waiting", "filed")


def test_the_end_of_another_ticket_frees_nothing(api: Api, session: Session, waiting: int) -> None:
    code = api.filed(conversation_id=str(waiting))["code"]
    api.post(f"/tickets/{code}/transitions", {"to": "cancelled"})
    assert state(session, waiting) == ("waiting", "filed")


@pytest.mark.parametrize("conversation", [None, "abc", "99999999999999999", "９"])
def test_a_call_back_without_a_known_conversation_ends_too(api: Api, conversation: str | None) -> None:
    code = api.filed(service="CALLBACK", conversation_id=conversation)["code"]
    assert api.post(f"/tickets/{code}/transitions", {"to": "cancelled"}).status_code == 200
