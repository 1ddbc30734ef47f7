"""One turn at a time in a conversation, first come first served, without Rasa's wait of whole seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from rasa.core.lock_store import LockStore


@dataclass
class _Place:
    """A conversation's lock and how many turns hold or await it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class ConversationLocks(LockStore):  # type: ignore[misc]
    """Locks of this process only: the worker's lease keeps a conversation to one engine, and the
    tracker store's version check catches the rest."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """Rasa passes the endpoint's configuration, which holds nothing for us."""
        self._places: dict[str, _Place] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 0, wait_time_in_seconds: float = 0
    ) -> AsyncIterator[None]:
        """Wait for the turns before ours; the times are Rasa's arguments and mean nothing here."""
        place = self._places.setdefault(conversation_id, _Place())
        place.users += 1
        try:
            async with place.lock:
                yield
        finally:
            place.users -= 1
            if not place.users:
                del self._places[conversation_id]

    def __len__(self) -> int:
        """How many conversations are held or awaited right now."""
        return len(self._places)
