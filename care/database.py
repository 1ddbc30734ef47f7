"""The care backend's way to PostgreSQL: one session, one transaction, one visible commit."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import psycopg
from sqlalchemy import event, text
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from care.errors import DatabaseUnavailable, Invalid
from conversations import pooled_engine

AWAY = "The database does not answer now."
GONE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class Database:
    """A pool of connections that survives a restart of the server. Nothing opens before the first use."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self._engine = pooled_engine(
            url,
            pool_size,
            pool_timeout=5,
            connect_args={"connect_timeout": 3},
        )
        event.listen(self._engine, "connect", _untried)
        event.listen(self._engine, "checkout", _alive)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction; the use case commits it, an exception or a missing commit rolls it back.

        Raises DatabaseUnavailable when the server is gone or out of connections.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                yield session
        except (*GONE, PoolTimeout) as error:
            raise DatabaseUnavailable(AWAY) from error
        except (DataError, psycopg.DataError) as error:
            raise Invalid("body", "a value does not fit its column") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseUnavailable(AWAY) from error
            raise

    def ready(self) -> bool:
        """Whether the database answers now."""
        try:
            with self.transaction() as session:
                session.execute(text("SELECT 1"))
        except DatabaseUnavailable:
            return False
        return True

    def close(self) -> None:
        """Close all idle connections."""
        self._engine.dispose()


def driver_of(session: Session) -> psycopg.Connection:
    """The driver's connection that the session works on, in its transaction; for statements that have to be fast."""
    return cast("psycopg.Connection", session.connection().connection.driver_connection)


def _untried(_: psycopg.Connection, record: ConnectionPoolEntry) -> None:
    record.info["untried"] = True


def _alive(connection: psycopg.Connection, record: ConnectionPoolEntry, *_: object) -> None:
    """A pooled connection that the server has closed is replaced, with all others of its age.

    An idle connection has nothing to say: bytes to read are the server's farewell or the end of the stream. It costs
    no trip to the server, as a ping on each use would. A server that closes a connection as soon as it is made is away.
    """
    untried = record.info.pop("untried", False)
    idle = select.poll()  # select() refuses the file numbers of a process with a thousand open
    if not connection.closed:
        idle.register(connection.fileno(), select.POLLIN)
    if connection.closed or idle.poll(0):
        raise DatabaseUnavailable(AWAY) if untried else InvalidatePoolError
