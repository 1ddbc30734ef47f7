"""Who answers on a page: while its inbox or a person does, the bot is silent; "seen" and "typing…" only where it answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from channels import senders
from channels.facebook_threads import asides
from conversations import (
    Database,
    Delivery,
    PersonLeft,
    PersonWrote,
    Policy,
    Receipt,
    Turns,
    conversation_state,
    find_conversation,
    greeting,
)
from settings import Settings
from tests.channels.conftest import EchoEngine
from tests.platforms import FacebookPlatform
from tests.platforms.facebook import APP_ID, PAGE_INBOX

USER, OTHER_TOOL = "6012345678901234", "555000111222333"


@dataclass
class Talk:
    """One customer's conversation, as the spine has it."""

    db: Database
    gateway: str
    platform: FacebookPlatform
    turns: Turns
    delivery: Delivery

    def hears(self, *events: dict, standby: bool = False) -> None:
        """Facebook delivers a batch; whatever follows from it is done."""
        self.tells(*events, standby=standby)
        while self.turns.work_once() or self.delivery.work_once():
            pass

    def tells(self, *events: dict, standby: bool = False) -> None:
        """Facebook delivers a batch."""
        assert self.platform.deliver(self.gateway, self.platform.batch(*events, standby=standby)) == 200

    @property
    def state(self) -> str:
        found = find_conversation(self.db, "facebook", "page", USER)
        return conversation_state(self.db, found) if found else "none"

    def rows(self, columns: str) -> list[tuple]:
        with self.db.transaction() as connection:
            asked = f"SELECT {columns} FROM conversations.message ORDER BY id"
            return [tuple(row) for row in connection.exec_driver_sql(asked)]

    def let_hours_pass(self, hours: float) -> None:
        with self.db.transaction() as connection:
            connection.exec_driver_sql(
                "UPDATE conversations.conversation SET held_until = held_until - make_interval(secs => %(s)s)",
                {"s": hours * 3600},
            )


@pytest.fixture
def talk(
    db: Database, served: str, facebook: FacebookPlatform, settings: Settings, engine: EchoEngine
) -> Iterator[Talk]:
    turns = Turns(db, engine, Policy(lease_s=60))
    delivery = Delivery(db, senders(settings, db))
    yield Talk(db, served, facebook, turns, delivery)
    delivery.close()
    turns.close()


def _said(talk: Talk) -> list[str]:
    return [shown.text for shown in talk.platform.to(USER)]


def _asides(*events: dict, standby: bool = False, app_id: str = APP_ID) -> list:
    entry = {"id": "1001", "standby" if standby else "messaging": list(events)}
    return asides({"object": "page", "entry": [entry]}, {"page": app_id})


# --- a person answers ---------------------------------------------------------------------------------------


def test_a_person_in_the_page_inbox_silences_the_bot_for_a_while(talk, facebook, engine):
    talk.hears(facebook.message(USER, "chào"))
    talk.hears(facebook.echo(USER, "Em là Lan, để em xem giúp"))
    assert talk.state == "agent"
    talk.hears(facebook.message(USER, "cảm ơn"))
    talk.hears(facebook.echo(USER, "Dạ không có gì ạ"))
    talk.let_hours_pass(3)
    talk.hears(facebook.message(USER, "mất điện"))
    assert [each.content.text for each in engine.turns] == ["chào", "mất điện"]
    assert _said(talk)[1:] == ["Dạ em nghe: chào", "Dạ em nghe: mất điện"]
    words = [(author, content.get("text")) for author, content in talk.rows("author, content")]
    assert ("agent", "Em là Lan, để em xem giúp") in words
    assert ("customer", "cảm ơn") in words


def test_a_persons_words_are_kept_once_however_often_they_are_told(talk, facebook):
    echo = facebook.echo(USER, "Em là Lan")
    for _ in range(3):
        talk.hears(echo)
    assert [author for (author,) in talk.rows("author")] == ["agent"]


def test_our_own_messages_are_no_person(talk, facebook):
    talk.hears(facebook.message(USER, "chào"))
    talk.hears(facebook.echo(USER, "Dạ em nghe: chào", APP_ID, metadata="7/0"))
    assert talk.state == "bot"


@pytest.mark.parametrize(
    ("app_id", "sender", "metadata", "ours"),
    [
        (APP_ID, APP_ID, "7/0", True),
        (APP_ID, APP_ID, "", True),
        (APP_ID, PAGE_INBOX, "", False),
        (APP_ID, OTHER_TOOL, "7/0", False),
        ("", OTHER_TOOL, "7/0", True),
        ("", PAGE_INBOX, "", False),
        ("", PAGE_INBOX, "campaign-5", False),
    ],
)
def test_an_echo_is_ours_by_its_app_or_by_our_name_on_it(facebook, app_id, sender, metadata, ours):
    found = _asides(facebook.echo(USER, "Chào anh", sender, metadata=metadata), app_id=app_id)
    assert [type(each) for each in found] == ([] if ours else [PersonWrote])


def test_an_answer_that_has_not_left_stays_unsaid_when_a_person_was_faster(talk, facebook):
    talk.tells(facebook.message(USER, "chào"))
    claim = talk.turns.claim()
    assert claim
    talk.tells(facebook.echo(USER, "Em là Lan"))
    talk.turns.handle(claim)
    talk.hears()
    assert _said(talk) == [greeting().text]
    assert talk.state == "agent"
    assert ("undeliverable", "a person took the talk over") in talk.rows("status, reason")


def test_what_is_answered_and_not_sent_yet_stays_unsaid_too(talk, facebook):
    talk.tells(facebook.message(USER, "chào"))
    while talk.turns.work_once():
        pass
    talk.hears(facebook.echo(USER, "Em là Lan"))
    assert _said(talk) == [greeting().text]
    assert ("undeliverable", "a person took the talk over") in talk.rows("status, reason")


# --- threads ------------------------------------------------------------------------------------------------


def test_the_inbox_takes_the_thread_and_gives_it_back(talk, facebook):
    talk.hears(facebook.message(USER, "chào"))
    taken = {"previous_owner_app_id": APP_ID, "new_owner_app_id": PAGE_INBOX}
    talk.hears(facebook.event(USER, take_thread_control=taken))
    facebook.owner[USER] = PAGE_INBOX
    assert talk.state == "agent"
    talk.hears(facebook.message(USER, "cho hỏi"), standby=True)
    passed = {"new_owner_app_id": APP_ID, "previous_owner_app_id": PAGE_INBOX}
    talk.hears(facebook.event(USER, pass_thread_control=passed))
    facebook.owner.pop(USER)
    assert talk.state == "bot"
    talk.hears(facebook.message(USER, "mất điện"))
    assert _said(talk)[1:] == ["Dạ em nghe: chào", "Dạ em nghe: mất điện"]
    assert ("in", "done", {"text": "cho hỏi"}) in talk.rows("direction, status, content")


def test_what_others_hold_is_kept_once_and_never_answered(talk, facebook, engine):
    said = facebook.message(USER, "gửi nhân viên")
    for _ in range(2):
        talk.hears(said, standby=True)
    talk.hears(facebook.postback(USER, "Có", ""), standby=True)
    assert facebook.to(USER) == []
    assert engine.turns == []
    kept = [content.get("text") for author, content in talk.rows("author, content") if author == "customer"]
    assert kept == ["gửi nhân viên", "Có"]


def test_a_late_give_back_of_an_earlier_hold_changes_nothing(talk, facebook):
    late = facebook.event(
        USER, pass_thread_control={"new_owner_app_id": APP_ID}, timestamp=int(facebook.now() * 1000) - 9_000_000
    )
    talk.hears(facebook.echo(USER, "Em là Lan"))
    talk.hears(late)
    assert talk.state == "agent"


@pytest.mark.parametrize(
    ("what", "app_id", "standby", "kind"),
    [
        ({"pass_thread_control": {"new_owner_app_id": APP_ID}}, APP_ID, False, PersonLeft),
        ({"pass_thread_control": {"new_owner_app_id": OTHER_TOOL}}, APP_ID, False, PersonWrote),
        ({"pass_thread_control": {"new_owner_app_id": PAGE_INBOX}}, "", False, PersonWrote),
        ({"pass_thread_control": {"new_owner_app_id": OTHER_TOOL}}, "", False, PersonLeft),
        ({"pass_thread_control": {"new_owner_app_id": OTHER_TOOL}}, "", True, PersonWrote),
        ({"take_thread_control": {"previous_owner_app_id": APP_ID}}, APP_ID, False, PersonWrote),
        ({"take_thread_control": {"new_owner_app_id": APP_ID}}, APP_ID, False, PersonLeft),
        ({"request_thread_control": {"requested_owner_app_id": PAGE_INBOX}}, APP_ID, False, PersonWrote),
        ({"request_thread_control": {"requested_owner_app_id": OTHER_TOOL}}, APP_ID, False, None),
        ({"app_roles": {APP_ID: ["primary_receiver"]}}, APP_ID, False, None),
    ],
)
def test_each_change_of_owner_is_read(facebook, what, app_id, standby, kind):
    found = _asides(facebook.event(USER, **what), standby=standby, app_id=app_id)
    assert [type(each) for each in found] == ([kind] if kind else [])
    assert all(each.user_id == USER for each in found)


# --- receipts -----------------------------------------------------------------------------------------------


def test_receipts_name_messages_or_a_moment(facebook):
    moment = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    mark = int(moment.timestamp() * 1000)
    (arrived,) = _asides(facebook.event(USER, delivery={"mids": ["m1", 5], "watermark": mark}))
    assert isinstance(arrived, Receipt)
    assert (arrived.seen, arrived.message_ids, arrived.up_to) == (False, ("m1",), moment)
    (seen,) = _asides(facebook.event(USER, read={"watermark": mark}))
    assert (seen.seen, seen.message_ids, seen.up_to) == (True, (), moment)
    assert _asides(facebook.event(USER, read={"watermark": "x"}), facebook.event(USER, delivery=5)) == []


def test_a_customer_who_read_everything_is_noted(talk, facebook):
    talk.hears(facebook.message(USER, "chào"))
    later = int((datetime.now(UTC) + timedelta(minutes=1)).timestamp() * 1000)
    talk.hears(facebook.event(USER, read={"watermark": later}))
    with talk.db.transaction() as connection:
        asked = (
            "SELECT bool_and(m.seen_at IS NOT NULL) AS seen FROM conversations.message m"
            " WHERE m.direction = 'out' AND m.status = 'sent'"
        )
        assert connection.exec_driver_sql(asked).one().seen
