"""Conversations in PostgreSQL: one row each, read and written once a turn, never overwritten blindly."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import StaleConversation, StoreFailed
from bot.history import shortened

logger = logging.getLogger(__name__)
T = TypeVar("T")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_READ = "SELECT version, data FROM engine.tracker WHERE conversation_id = %s"
# A row that is already there belongs to another engine's turn: nothing is inserted, and the caller learns it.
_INSERT = """
INSERT INTO engine.tracker (conversation_id, version, data) VALUES (%s, 1, %s) ON CONFLICT DO NOTHING
"""
# Only the version this turn began with may be replaced.
_UPDATE = """
UPDATE engine.tracker SET version = version + 1, data = %s, updated_at = now()
 WHERE conversation_id = %s AND version = %s
"""
_LEFT_OUT = frozenset({"intent_ranking", "text", "metadata", "message_id"})


class OneRowTrackerStore(TrackerStore):  # type: ignore[misc]
    """The last `turns_kept` user turns and all slots of a conversation, as JSON in one row."""

    def __init__(
        self,
        domain: Domain | None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        turns_kept: int = 10,
        connections: int = 8,
        patience_s: float = 10.0,
        **options: Any,
    ) -> None:
        """`host` is a libpq address (Rasa passes the endpoint's `url` by this name); opens nothing yet."""
        super().__init__(domain, event_broker, **options)
        self._turns_kept = turns_kept
        self._patience_s = patience_s
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            host or "",
            min_size=1,
            max_size=connections,
            open=False,
            timeout=patience_s,
            kwargs={"autocommit": True, "prepare_threshold": 2},
            name="tracker",
        )
        self._opened = False

    async def close(self) -> None:
        """Give all connections back to the database."""
        if self._opened:
            await self._pool.close()

    async def ping(self) -> None:
        """Ask the database for a sign of life; raises StoreFailed."""
        await self._with_connection(lambda connection: _ask(connection))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, or None; its version goes with it, for `save` to compare."""
        row = await self._with_connection(lambda connection: _read(connection, sender_id))
        if row is None:
            return None
        version, data = row
        tracker = self.init_tracker(sender_id)
        for event in deserialise_events(_restored(json.loads(bytes(data)))):
            tracker.update(event, self.domain)
        if not tracker.events:  # forgotten (engine.forget): it begins as a new one does
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        tracker.stored_version = version
        return tracker

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A conversation that begins; nothing is stored before its first turn ends."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the conversation; raises StaleConversation when its row is no longer the one that was read."""
        known: int = getattr(tracker, "stored_version", 0)
        quiet = {slot.name for slot in self.domain.slots if not slot.has_features()}
        events = [_lean(event) for event in shortened(list(tracker.events), self._turns_kept, quiet)]
        data = json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode()
        written = await self._with_connection(lambda connection: _write(connection, tracker.sender_id, known, data))
        if not written:
            raise StaleConversation(tracker.sender_id)
        tracker.stored_version = known + 1

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations."""
        return await self._with_connection(_all_ids)

    async def _with_connection(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do `work` on a connection; a connection that the database has closed is replaced once.

        Repeating is safe: reads change nothing, and a write that had reached the table after all is
        then refused by its version (StaleConversation), upon which the turn is taken again.
        """
        try:
            if not self._opened:
                self._opened = True
                await self._pool.open()
            try:
                async with self._pool.connection() as connection:
                    return await work(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError) as first:
                if isinstance(first, PoolTimeout):
                    raise
                logger.warning("The database closed a connection (%s); trying a fresh one", type(first).__name__)
                await self._pool.check()
                async with self._pool.connection() as connection:
                    return await work(connection)
        except psycopg.Error as exc:
            raise StoreFailed(str(exc)) from exc


async def _ask(connection: Connection) -> None:
    await connection.execute("SELECT 1")


async def _read(connection: Connection, conversation_id: str) -> tuple[int, bytes] | None:
    cursor = await connection.execute(_READ, (conversation_id,))
    return await cursor.fetchone()  # type: ignore[return-value]


async def _write(connection: Connection, conversation_id: str, known: int, data: bytes) -> bool:
    if known:
        cursor = await connection.execute(_UPDATE, (data, conversation_id, known))
    else:
        cursor = await connection.execute(_INSERT, (conversation_id, data))
    return cursor.rowcount == 1


async def _all_ids(connection: Connection) -> list[str]:
    cursor = await connection.execute("SELECT conversation_id FROM engine.tracker ORDER BY conversation_id")
    return [row[0] async for row in cursor]


def _lean(event: Event) -> dict[str, Any]:
    """An event without what it says twice: a user's parse data repeats text, metadata and id."""
    stored: dict[str, Any] = event.as_dict()
    if stored["event"] == "user":
        stored["parse_data"] = {name: part for name, part in stored["parse_data"].items() if name not in _LEFT_OUT}
    return stored


def _restored(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events as they were before `_lean` (but for the intent ranking)."""
    for event in events:
        if event["event"] == "user":
            event["parse_data"].update(
                text=event["text"], metadata=event.get("metadata") or {}, message_id=event.get("message_id")
            )
    return events
