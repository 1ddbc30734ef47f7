"""People whose platform asks us to forget them: the wish is kept first, then everything that is theirs goes.

What lies outside the spine (tickets, the engine's memory) is deleted by whoever works the wishes off, in `apps/`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from conversations.database import Database, run, through_restart
from conversations.forgetting import forget_all, told_forgotten
from conversations.signals import DELETIONS

CODE_BYTES = 8  # nobody guesses another's code


@dataclass(frozen=True)
class Deletion:
    """How far a wish is; `found` counts what was deleted, empty until `done_at`."""

    code: str
    asked_at: datetime
    done_at: datetime | None
    found: Mapping[str, int]


@dataclass(frozen=True)
class WantedDeletion:
    """A wish to work off: `person` is a customer of one of the `accounts`; `attempts` counts this one."""

    code: str
    channel: str
    accounts: tuple[str, ...]
    person: str
    attempts: int


def want_deletion(db: Database, channel: str, accounts: Sequence[str], person: str, request: str) -> str:
    """Keep the wish → its code; the same `request` again is the same wish. Raises DatabaseAway."""
    wish = _wish(channel, accounts, person, request)
    code: str = through_restart(lambda: db.execute("want_deletion", wish))[0].code
    db.notifier.signal(DELETIONS)
    return code


def want_deletion_in(connection: Connection, channel: str, accounts: Sequence[str], person: str, request: str) -> None:
    """The same inside the caller's transaction; the caller signals DELETIONS after the commit."""
    run(connection, "want_deletion", _wish(channel, accounts, person, request))


def _wish(channel: str, accounts: Sequence[str], person: str, request: str) -> dict[str, Any]:
    return {
        "code": secrets.token_hex(CODE_BYTES).upper(),
        "channel": channel,
        "accounts": list(accounts),
        "person": person,
        "request": request,
    }


def find_deletion(db: Database, code: str) -> Deletion | None:
    """How far the wish is; None for an unknown code."""
    rows = through_restart(lambda: db.execute("find_deletion", {"code": code}))
    return Deletion(rows[0].code, rows[0].asked_at, rows[0].done_at, rows[0].found) if rows else None


def claim_deletion(db: Database) -> WantedDeletion | None:
    """The wish that has waited longest, leased for a few minutes; None when none is due."""
    rows = db.execute("claim_deletion")
    if not rows:
        return None
    row = rows[0]
    return WantedDeletion(row.code, row.channel, tuple(row.accounts), row.person, row.attempts)


def postpone_deletion(db: Database, code: str, pause_s: float) -> None:
    """Not all of it could be done now."""
    db.execute("postpone_deletion", {"code": code, "pause_s": pause_s})


def finish_deletion(db: Database, code: str, found: Mapping[str, int]) -> None:
    """All of it is done; the wish itself forgets whose it was."""
    db.execute("finish_deletion", {"code": code, "found": Jsonb(dict(found))})


def next_deletion_in_s(db: Database) -> float | None:
    """Seconds until a wish is due; None when none waits."""
    seconds: float | None = db.execute("next_deletion_at")[0].seconds
    return seconds


def conversations_of(db: Database, channel: str, accounts: Sequence[str], people: Sequence[str]) -> list[int]:
    """The conversations of the accounts' customers with these ids of the platform."""
    params = {"channel": channel, "accounts": list(accounts), "people": list(people)}
    return [row.id for row in db.execute("conversations_of", params)]


def forget_person(db: Database, conversation_id: int) -> int:
    """Forget all that was said, what waits for an answer included, and cut the conversation off from its person → how many
    messages it held. Whoever writes again is a stranger."""
    params = {"conversation_id": conversation_id}
    with db.transaction() as connection:
        forget_all(connection, conversation_id)
        messages: int = run(connection, "cut_off", params).one().messages
    told_forgotten(db, conversation_id)
    return messages
