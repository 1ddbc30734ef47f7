"""The care backend's way to PostgreSQL: one session, one transaction, one visible commit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from care.errors import DatabaseUnavailable, Invalid


class Database:
    """A pool of connections that survives a restart of the server. Nothing opens before the first use."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self._engine = create_engine(
            re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=5,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 3},
            hide_parameters=True,  # parameters hold names and phones, errors go to the log
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction; the use case commits it, an exception or a missing commit rolls it back.

        Raises DatabaseUnavailable when the server is gone or out of connections.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                yield session
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise DatabaseUnavailable("The database does not answer now.") from error
        except DataError as error:
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
        self._engine.dispose()
