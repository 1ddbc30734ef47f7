"""What an account of a platform must remember between processes, such as a single-use refresh token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from conversations.database import Database, run


@dataclass(frozen=True)
class PausedAccount:
    """An account that nothing leaves for `left_s` more seconds, or did not until lately (negative)."""

    channel: str
    account: str
    reason: str
    left_s: float


class LockedAccount:
    """An account's row, held until the block ends; nobody else reads or changes it under a lock meanwhile."""

    def __init__(self, connection: Connection, key: dict[str, str], data: dict[str, Any]) -> None:
        self._connection = connection
        self._key = key
        self.data = data

    def save(self, data: dict[str, Any]) -> None:
        """Keep `data` (JSON) instead; durable when the block ends without an error."""
        run(self._connection, "save_account", {**self._key, "data": Jsonb(data)})
        self.data = data


@contextmanager
def locked_account(db: Database, channel: str, account: str) -> Iterator[LockedAccount]:
    """The account's row under a row lock; committed on the way out, rolled back by an exception."""
    key = {"channel": channel, "account": account}
    db.execute("ensure_account", key)
    with db.transaction() as connection:
        data = run(connection, "lock_account", key).one().data
        yield LockedAccount(connection, key, data)


def account_data(db: Database, channel: str, account: str) -> dict[str, Any]:
    """What the account remembers, read without a lock; empty before the first save."""
    rows = db.execute("read_account", {"channel": channel, "account": account})
    return dict(rows[0].data) if rows else {}


def paused_accounts(db: Database) -> list[PausedAccount]:
    """Accounts that are paused or were within the last minute: one that is tried again and fails again never leaves."""
    rows = db.execute("paused_accounts", {})
    return [PausedAccount(row.channel, row.account, row.paused_reason, row.left_s) for row in rows]
