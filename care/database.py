"""The care backend's way to PostgreSQL: one session, one transaction, one visible commit."""

from __future__ import annotations

import re
import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import psycopg
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from care.errors import DatabaseUnavailable, Invalid

GONE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class Database:
    """A pool of connections that survives a restart of the server. Nothing opens before the first use."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self._engine = create_engine(
            re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=5,
            connect_args={"connect_timeout": 3},
            hide_parameters=True,  # parameters hold names and phones, errors go to the log
        )

        self._closed = False
        event.listen(self._engine, "checkout", _alive)
        event.listen(self._engine, "checkin", self._close_late)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction; the use case commits it, an exception or a missing commit rolls it back.

        Raises DatabaseUnavailable when the server is gone or out of connections.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                yield session
        except (*GONE, PoolTimeout) as error:
            raise DatabaseUnavailable("The database does not answer now.") from error
        except (DataError, psycopg.DataError) as error:
            raise Invalid("body", "a value does not fit its column") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseUnavailable("The database does not answer now.") from error
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
        self._closed = True
        self._engine.dispose()

    def _close_late(self, connection: psycopg.Connection | None, _: object) -> None:
        """What a slow thread hands back after the end is not kept by a pool that nobody closes any more."""
        if self._closed and connection is not None:
            connection.close()


def driver_of(session: Session) -> psycopg.Connection:
    """The driver's connection that the session works on, in its transaction; for statements that have to be fast."""
    return cast("psycopg.Connection", session.connection().connection.driver_connection)


def _alive(connection: psycopg.Connection, *_: object) -> None:
    """A pooled connection that the server has closed is replaced, with all others of its age.

    An idle connection has nothing to say: bytes to read are the server's farewell or the end of the stream. It costs
    no trip to the server, as a ping on each use would.
    """
    if connection.closed or select.select([connection.fileno()], [], [], 0)[0]:
        raise InvalidatePoolError
