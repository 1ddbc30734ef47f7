"""What an account of a platform must remember between processes, such as a single-use refresh token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from conversations.database import Database, run
from conversations.errors import DatabaseAway
from conversations.signals import DELIVERIES

log = structlog.get_logger(__name__)


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


@contextmanager
def alone_with_account(db: Database, channel: str, account: str) -> Iterator[None]:
    """Nobody else is inside for this account, in any process; the row itself stays free. Raises DatabaseAway, also at the
    end: the lock may then have been lost before."""
    key = {"channel": channel, "account": account}
    db.execute("ensure_account", key)
    with db.transaction() as connection:
        run(connection, "hold_alone", key)
        yield


def remember(db: Database, channel: str, account: str, part: dict[str, Any], without: Sequence[str] = ()) -> None:
    """Put `part` (JSON) into what the account remembers, and take `without` out of it: durable when this returns."""
    params = {"channel": channel, "account": account, "part": Jsonb(part), "without": list(without)}
    db.execute("ensure_account", params)
    db.execute("remember", params)


def remember_while(db: Database, channel: str, account: str, part: dict[str, Any], mark: str) -> None:
    """Put `part` there instead of the mark `renewing` and the access token, if the mark is still this one."""
    db.execute("remember_while", {"channel": channel, "account": account, "part": Jsonb(part), "mark": mark})


def remember_freely(db: Database, channel: str, account: str, part: dict[str, Any]) -> None:
    """Put `part` there, or not when somebody holds the row or the database is away: for figures."""
    params = {"channel": channel, "account": account, "part": Jsonb(part)}
    try:
        db.execute("ensure_account", params)
        db.execute("remember_freely", params)
    except DatabaseAway as error:
        log.info("figures not kept", channel=channel, account=account, error=str(error))


def count_for_account(db: Database, channel: str, account: str, name: str, span: str) -> int:
    """One more of `name` in `span` (a month) → how many there are by now; a new span begins at one."""
    key = {"channel": channel, "account": account}
    db.execute("ensure_account", key)
    count: int = db.execute("count_for_account", {**key, "name": name, "span": span})[0].count
    return count


def resume_account(db: Database, channel: str, account: str) -> None:
    """End an account's pause: what stopped it was put right."""
    db.execute("resume_account", {"channel": channel, "account": account})
    db.notifier.signal(DELIVERIES)


def account_data(db: Database, channel: str, account: str) -> dict[str, Any]:
    """What the account remembers, read without a lock; empty before the first save."""
    rows = db.execute("read_account", {"channel": channel, "account": account})
    return dict(rows[0].data) if rows else {}
