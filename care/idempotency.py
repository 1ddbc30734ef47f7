"""Idempotency keys: the same key and body get the first answer again, also when they come at once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.errors import KeyReused
from care.tables import Idempotency
from care.wired import Care

# The portal's numbers are its keys: asked again after years they must not make a second ticket.
FOR_EVER = ("portal",)
KEPT = timedelta(days=30)
BATCH = 5_000


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


def once(session: Session, call: Call | None, now: datetime, work: Callable[[], Answer]) -> Answer:
    """`work()`'s answer, made once per key; runs inside the caller's transaction and does not commit.

    A second call at the same time waits at the key's row until the first has committed (and replays
    its answer) or rolled back (and does the work itself). Raises KeyReused for another body.
    """
    if call is None:
        return work()
    row = {"scope": call.scope, "key": call.key, "body_hash": call.body_hash, "created_at": now}
    claimed = session.execute(
        insert(Idempotency).values(row).on_conflict_do_nothing().returning(Idempotency.key)
    ).first()
    mine = (Idempotency.scope == call.scope) & (Idempotency.key == call.key)
    if claimed is None:
        first = session.execute(select(Idempotency).where(mine)).scalar_one()
        if first.body_hash != call.body_hash:
            raise KeyReused
        return Answer(first.status or 200, first.answer or "null", replayed=True)
    answer = work()
    session.execute(update(Idempotency).where(mine).values(status=answer.status, answer=answer.text))
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
