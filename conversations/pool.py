"""Connections to PostgreSQL, pooled the same way for every room."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Engine, QueuePool, create_engine
from sqlalchemy.pool import ConnectionPoolEntry

CONNECT_S = 5  # a server that does not answer is away


class _Pool(QueuePool):
    """Once it was given up, what a slow thread still hands back is closed: nobody would do it any more."""

    _given_up = False

    def dispose(self) -> None:
        self._given_up = True
        super().dispose()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        if self._given_up:
            super().dispose()


def pooled_engine(url: str, size: int, **options: Any) -> Engine:
    """SQLAlchemy's engine for libpq's address `url` with at most twice `size` connections. Opens nothing yet."""
    address = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url)
    # An error's text goes into logs; what customers say does not.
    usual = {"hide_parameters": True, "connect_args": {"connect_timeout": CONNECT_S}}
    return create_engine(address, poolclass=_Pool, pool_size=size, max_overflow=size, **(usual | options))
