"""How many sends of one account run at once in this process, so that a slow platform leaves threads to the others."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

Account = tuple[str, str]


class Lanes:
    """A number of lanes per account; an account without a number has as many as are wanted."""

    def __init__(self, accounts: Mapping[Account, int | None]) -> None:
        self._free = {key: None if count is None else threading.Semaphore(count) for key, count in accounts.items()}

    @contextmanager
    def entered(self) -> Iterator[Entry]:
        """A lane of every account that has one free, until the block says which it needs; given back at its end."""
        entry = Entry({key: lane for key, lane in self._free.items() if lane is None or lane.acquire(blocking=False)})
        try:
            yield entry
        finally:
            entry.give_back()


class Entry:
    """Lanes held by one thread."""

    def __init__(self, held: dict[Account, threading.Semaphore | None]) -> None:
        self._held = held

    @property
    def accounts(self) -> list[Account]:
        """The accounts that may be sent for."""
        return list(self._held)

    def keep_only(self, account: Account | None) -> None:
        """Give back all but this account's."""
        for key in [key for key in self._held if key != account]:
            lane = self._held.pop(key)
            if lane is not None:
                lane.release()

    def give_back(self) -> None:
        """Give back all."""
        self.keep_only(None)
