"""The spine's way to PostgreSQL: named statements, one visible commit, connections that survive a restart."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, create_engine
from sqlalchemy.exc import DBAPIError

from conversations.signals import Notifier

T = TypeVar("T")
Params = Mapping[str, Any]


@cache
def statements() -> dict[str, str]:
    """The statements of `queries.sql` by name, without their comments."""
    parts = re.split(r"^-- (\w+) --$", (Path(__file__).parent / "queries.sql").read_text("utf8"), flags=re.MULTILINE)
    bodies = (re.sub(r"^--.*\n", "", body, flags=re.MULTILINE).strip() for body in parts[2::2])
    return dict(zip(parts[1::2], bodies, strict=True))


def run(connection: Connection, name: str, params: Params | None = None) -> CursorResult[Any]:
    """Execute the statement called `name`; psycopg's own %(name)s parameters."""
    return connection.exec_driver_sql(statements()[name], dict(params or {}))


class Database:
    """A pool of connections. Nothing is opened before the first use."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = url
        self._engine = create_engine(
            re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
        )
        self._autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self.notifier = Notifier(self._notify)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed on the way out, rolled back by an exception."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own."""
        with self._autocommit.connect() as connection:
            yield connection

    def execute(self, name: str, params: Params | None = None) -> list[Any]:
        """One statement that is a transaction of its own → its rows (empty when it returns none)."""
        with self.autocommit() as connection:
            result = run(connection, name, params)
            return list(result) if result.returns_rows else []

    def _notify(self, signals: Sequence[tuple[str, str]]) -> None:
        topics, payloads = zip(*signals, strict=True)
        self.execute("notify", {"topics": list(topics), "payloads": list(payloads)})

    def ready(self) -> bool:
        """Whether the database answers now."""
        try:
            with self._autocommit.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        """Send the last signals and close all idle connections."""
        self.notifier.stop()
        self._engine.dispose()


def through_restart(work: Callable[[], T], patience_s: float = 8.0) -> T:
    """`work()`, again when the connection broke under it; only for work that is safe to repeat.

    Raises the last error when the database does not come back within `patience_s`.
    """
    give_up_at = time.monotonic() + patience_s
    pause_s = 0.05
    while True:
        try:
            return work()
        except DBAPIError as error:
            broken = error.connection_invalidated or error.orig.__class__.__name__ == "OperationalError"
            if not broken or time.monotonic() + pause_s > give_up_at:
                raise
        time.sleep(pause_s)
        pause_s = min(pause_s * 2, 1.0)
