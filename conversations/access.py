"""Which tokens open a conversation from outside: their generation, the key they are bound to, whether they are revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from conversations.database import Database, run, through_restart


@dataclass(frozen=True)
class Access:
    """`generation` is the current one, there since `renewed_at`; `key` proves the holder (None: nothing does)."""

    conversation_id: int
    generation: int
    key: bytes | None
    renewed_at: datetime | None
    revoked: bool


def find_access(db: Database, channel: str, account: str, user_id: str) -> Access | None:
    """How a person's conversation is opened; None before it is there."""
    params = {"channel": channel, "account": account, "user_id": user_id}
    rows = through_restart(lambda: db.execute("find_access", params))
    if not rows:
        return None
    row = rows[0]
    key = bytes(row.key) if row.key is not None else None
    return Access(row.id, row.generation, key, row.renewed_at, row.revoked_at is not None)


def bind_access(db: Database, conversation_id: int, key: bytes) -> None:
    """Tie a new conversation to its holder's key: without a proof by it no later token is given."""
    through_restart(lambda: db.execute("bind_access", {"conversation_id": conversation_id, "key": key}))


def next_generation(db: Database, access: Access) -> None:
    """Count tokens of the current generation as old; harmless when another has done so already."""
    params = {"conversation_id": access.conversation_id, "generation": access.generation}
    through_restart(lambda: db.execute("next_generation", params))


def revoke_access(connection: Connection, conversation_id: int) -> None:
    """No token opens the conversation any more (in the caller's transaction)."""
    run(connection, "revoke_access", {"conversation_id": conversation_id})
