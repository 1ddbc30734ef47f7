"""Conversations in one row: read back as saved, never overwritten by a stale turn, and never growing without end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import psycopg
import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

from bot.errors import StaleConversation, StoreFailed
from bot.tracker_store import OneRowTrackerStore
from tests.bot.conftest import FIXTURES

pytestmark = pytest.mark.filterwarnings("ignore")  # Rasa warns of itself while it reads a domain
_ids = count()
Scene = Callable[[OneRowTrackerStore], Awaitable[Any]]


@pytest.fixture
def who() -> str:
    return f"stored-{next(_ids)}"


@pytest.fixture
def play(database_url: str) -> Callable[[Scene], Any]:
    """Run a scene with a store that is closed after it."""
    domain = Domain.load(str(FIXTURES / "domain.yml"))

    def run(scene: Scene, url: str = database_url, **options: Any) -> Any:
        async def whole() -> Any:
            store = OneRowTrackerStore(domain, url, **options)
            try:
                return await scene(store)
            finally:
                await store.close()

        return asyncio.run(whole())

    return run


async def talk(store: OneRowTrackerStore, who: str, *numbers: int) -> None:
    for number in numbers:
        tracker = await store.get_or_create_tracker(who)
        intent = {"name": "inform", "confidence": 0.9}
        data = {"intent": intent, "entities": [], "text": f"tin số {number}", "wishes": [intent]}
        tracker.update(
            UserUttered(f"tin số {number}", intent, [], data, message_id=str(number), metadata={"n": number})
        )
        tracker.update(ActionExecuted("action_inform"))
        tracker.update(BotUttered("dạ " + "x" * 200, {"buttons": [{"title": "Có", "payload": "affirm"}]}))
        tracker.update(SlotSet("task", {"name": "outage", "turns": number, "facts": "y" * 300}))
        tracker.update(ActionExecuted("action_listen"))
        await store.save(tracker)


def test_a_conversation_is_read_back_as_it_was(play, who: str) -> None:
    async def scene(store: OneRowTrackerStore) -> Any:
        await talk(store, who, 1, 2)
        return await store.retrieve(who)

    tracker = play(scene)
    assert tracker.get_slot("task")["turns"] == 2
    assert tracker.latest_message.text == "tin số 2"
    assert tracker.latest_message.parse_data["wishes"] == [{"name": "inform", "confidence": 0.9}]
    assert tracker.latest_message.parse_data["metadata"] == {"n": 2}
    assert tracker.latest_action_name == "action_listen"


def test_a_stranger_has_no_conversation(play, who: str) -> None:
    assert play(lambda store: store.retrieve(who)) is None


def test_a_stale_turn_overwrites_nothing(play, who: str) -> None:
    async def scene(store: OneRowTrackerStore) -> Any:
        await talk(store, who, 1)
        stale = await store.retrieve(who)
        await talk(store, who, 2)
        with pytest.raises(StaleConversation):
            await store.save(stale)
        return await store.retrieve(who)

    assert play(scene).get_slot("task")["turns"] == 2


def test_two_beginnings_at_once_leave_one(play, who: str) -> None:
    async def scene(store: OneRowTrackerStore) -> None:
        first, second = await store.get_or_create_tracker(who), await store.get_or_create_tracker(who)
        await store.save(first)
        with pytest.raises(StaleConversation):
            await store.save(second)

    play(scene)


def test_a_long_conversation_costs_no_more_than_a_short_one(play, who: str, database_url: str) -> None:
    sizes = {}
    for turns in (20, 60):
        asked = f"{who}-{turns}"

        async def scene(store: OneRowTrackerStore, asked: str = asked, turns: int = turns) -> Any:
            await talk(store, asked, *range(turns))
            return await store.retrieve(asked)

        tracker = play(scene)
        assert tracker.get_slot("task")["turns"] == turns - 1
        assert sum(isinstance(event, UserUttered) for event in tracker.events) == 10
        with psycopg.connect(database_url) as connection:
            row = connection.execute(
                "SELECT octet_length(data) FROM engine.tracker WHERE conversation_id = %s", [asked]
            ).fetchone()
        assert row is not None
        sizes[turns] = row[0]
    assert sizes[60] < sizes[20] * 1.05


def test_connections_that_the_database_cut_are_replaced(play, who: str, database_url: str) -> None:
    async def scene(store: OneRowTrackerStore) -> Any:
        await talk(store, who, 1)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        await talk(store, who, 2)
        return await store.retrieve(who)

    assert play(scene).get_slot("task")["turns"] == 2


def test_what_is_forgotten_stays_so_for_the_turn_at_work_and_begins_anew(play, who: str, database_url: str) -> None:
    number = "9" + who.rpartition("-")[2]

    async def scene(store: OneRowTrackerStore) -> Any:
        await talk(store, number, 1)
        at_work = await store.get_or_create_tracker(number)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SELECT engine.forget(%s)", (int(number),))
        with pytest.raises(StaleConversation):
            await store.save(at_work)
        begun = await store.get_or_create_tracker(number)
        seen = [type(event) for event in begun.events], begun.get_slot("task")
        await talk(store, number, 2)
        return seen, [event.text for event in (await store.retrieve(number)).events if isinstance(event, UserUttered)]

    assert play(scene) == (([ActionExecuted], None), ["tin số 2"])


def test_an_absent_database_is_said(play) -> None:
    with pytest.raises(StoreFailed):
        play(lambda store: store.retrieve("x"), url="postgresql://postgres@127.0.0.1:9/x", patience_s=0.5)
