"""The spine's way to PostgreSQL: named statements, one visible commit, connections that survive a restart."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from conversations.errors import DatabaseAway
from conversations.figures import note
from conversations.pool import pooled_engine
from conversations.signals import Notifier
from conversations.signs import Signs

T = TypeVar("T")
Params = Mapping[str, Any]
AWAY = (psycopg.OperationalError, psycopg.InterfaceError)


@cache
def statements() -> dict[str, str]:
    """The statements of `queries.sql` by name, without their comments."""
    parts = re.split(r"^-- (\w+) --$", (Path(__file__).parent / "queries.sql").read_text("utf8"), flags=re.MULTILINE)
    bodies = (re.sub(r"^--.*\n", "", body, flags=re.MULTILINE).strip() for body in parts[2::2])
    return dict(zip(parts[1::2], bodies, strict=True))


def run(connection: Connection, name: str, params: Params | None = None) -> CursorResult[Any]:
    """Execute the statement called `name` in the caller's transaction; psycopg's own %(name)s parameters."""
    return connection.exec_driver_sql(statements()[name], dict(params or {}))


class Database:
    """Two pools: transactions of several statements, and statements that are transactions of their own.

    The second one hands out psycopg's own connections: on the path of every message SQLAlchemy's result objects would
    cost as much as the statement. Nothing is opened before the first use.
    """

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = url
        self._engine = pooled_engine(url, pool_size, pool_timeout=10)
        self._single = pooled_engine(
            url, pool_size, pool_timeout=10, isolation_level="AUTOCOMMIT", pool_reset_on_return=None
        )
        self.notifier = Notifier(self._notify)
        self.signs = Signs(lambda noted: note(self, noted))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed on the way out, rolled back by an exception.

        Raises DatabaseAway when the server is gone or out of connections.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except PoolTimeout as error:
            raise DatabaseAway("no free connection") from error
        except DBAPIError as error:
            if error.connection_invalidated or isinstance(error.orig, AWAY):
                raise DatabaseAway(str(error.orig)) from error
            raise

    def execute(self, name: str, params: Params | None = None) -> list[Any]:
        """One statement that is a transaction of its own → its rows (empty when it returns none).

        Raises DatabaseAway when the server is gone or out of connections.
        """
        try:
            pooled = self._single.raw_connection()
        except PoolTimeout as error:
            raise DatabaseAway("no free connection") from error
        except (DBAPIError, *AWAY) as error:
            raise DatabaseAway(str(error)) from error
        try:
            driver: psycopg.Connection[Any] = pooled.driver_connection  # type: ignore[assignment]
            with driver.cursor(row_factory=namedtuple_row) as cursor:
                cursor.execute(statements()[name], params)
                return list(cursor.fetchall()) if cursor.description else []
        except AWAY as error:
            pooled.invalidate(error)
            self._single.dispose()  # the others of this pool met the same end
            raise DatabaseAway(str(error)) from error
        finally:
            pooled.close()

    def _notify(self, signals: Sequence[tuple[str, str]]) -> None:
        topics, payloads = zip(*signals, strict=True)
        self.execute("notify", {"topics": list(topics), "payloads": list(payloads)})

    def ready(self) -> bool:
        """Whether the database answers now."""
        try:
            self.execute("ready")
        except DatabaseAway:
            return False
        return True

    def close(self) -> None:
        """Send the last signals and close all idle connections."""
        self.notifier.stop()
        self.signs.stop()
        self._engine.dispose()
        self._single.dispose()


def through_restart(work: Callable[[], T], patience_s: float = 8.0) -> T:
    """`work()`, again when the database went away under it; only for work that is safe to repeat.

    Raises DatabaseAway when it does not come back within `patience_s`.
    """
    give_up_at = time.monotonic() + patience_s
    pause_s = 0.05
    while True:
        try:
            return work()
        except DatabaseAway:
            if time.monotonic() + pause_s > give_up_at:
                raise
        time.sleep(pause_s)
        pause_s = min(pause_s * 2, 1.0)
