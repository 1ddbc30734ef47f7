"""Idempotency keys: the same key and body get the first answer again, also when they come at once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from care.database import driver_of
from care.errors import KeyReused
from care.locks import lock_names
from care.tables import Idempotency
from care.wired import Care

# The portal's numbers are its keys: asked again after years they must not make a second ticket.
FOR_EVER = ("portal",)
KEPT = timedelta(days=30)
BATCH = 5_000
FIRST = "SELECT body_hash, status, answer FROM care.idempotency WHERE scope = %s AND key = %s"
KEEP = (
    "INSERT INTO care.idempotency (scope, key, body_hash, status, answer, created_at) VALUES (%s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True)
class Call:
    """One call with a key: its scope (method and path), the key and the body as sent."""

    scope: str
    key: str
    body: object

    @property
    def body_hash(self) -> bytes:
        """A fingerprint that does not mind blanks and the order of names."""
        return hashlib.sha256(json.dumps(self.body, sort_keys=True).encode()).digest()


@dataclass(frozen=True)
class Answer:
    """Status and JSON text of an answer."""

    status: int
    text: str
    replayed: bool = False


def lock_of(call: Call) -> str:
    """The name that is locked while the call is answered: a second one at the same time waits there."""
    return f"call:{call.scope}:{call.key}"


def replay(call: Call, first: tuple[bytes, int, str] | None) -> Answer | None:
    """The answer that the row of FIRST holds, None without a row. Raises KeyReused for another body."""
    if first is None:
        return None
    body_hash, status, answer = first
    if body_hash != call.body_hash:
        raise KeyReused
    return Answer(status, answer, replayed=True)


def keep(session: Session, call: Call | None, answer: Answer, now: datetime) -> None:
    """Keep the answer for the next call with this key, if there is one; does not commit."""
    if call is not None:
        kept = (call.scope, call.key, call.body_hash, answer.status, answer.text, now)
        driver_of(session).execute(KEEP, kept)


def once(session: Session, call: Call | None, now: datetime, work: Callable[[], Answer]) -> Answer:
    """`work()`'s answer, made once per key; runs inside the caller's transaction and does not commit.

    A second call at the same time waits until the first has committed (and replays its answer) or
    rolled back (and does the work itself). Raises KeyReused for another body.
    """
    if call is None:
        return work()
    lock_names(session, lock_of(call))
    first = replay(call, driver_of(session).execute(FIRST, [call.scope, call.key]).fetchone())
    if first is not None:
        return first
    answer = work()
    keep(session, call, answer, now)
    return answer


def forget_old_calls(care: Care) -> int:
    """Drop one batch of answers that nobody asks for again, with the personal data in them; for a timer. Returns how many."""
    mine = tuple_(Idempotency.scope, Idempotency.key)
    with care.database.transaction() as session:
        old = (
            select(Idempotency.scope, Idempotency.key)
            .where(Idempotency.created_at < care.now() - KEPT, Idempotency.scope.not_in(FOR_EVER))
            .limit(BATCH)
        )
        gone = session.execute(delete(Idempotency).where(mine.in_(old)).returning(Idempotency.key)).all()
        session.commit()
    return len(gone)
