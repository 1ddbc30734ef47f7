"""Turns: one conversation leased at a time, strictly in order inside it, many in parallel."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from psycopg.types.json import Jsonb

from conversations.choices import resolve
from conversations.database import Database, run
from conversations.errors import EngineFailed
from conversations.forgetting import forget, told_forgotten
from conversations.handover import after, bot_speaks
from conversations.leases import LeaseKeeper
from conversations.model import Answer, Button, Content, Handover, State, Turn
from conversations.ports import Engine
from conversations.signals import CALLBACKS, DELIVERIES, TURNS
from conversations.texts import always_shown, texts

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Policy:
    """How long a lease holds (seconds) and how long to pause before each further try of a failing turn."""

    lease_s: float = 15.0
    retry_pauses_s: Sequence[float] = (0.5, 2.0, 8.0, 30.0)


@dataclass(frozen=True)
class Claim:
    """A leased conversation with its first pending message; `tries` counts this one too."""

    conversation_id: int
    lease: uuid.UUID
    channel: str
    state: State
    pulled: bool
    tries: int
    message_id: int
    content: Content
    sent_at: datetime
    shown: tuple[tuple[Button, ...], ...]


class Turns:
    """Works through what customers said. Every method is safe to call from many threads and processes."""

    def __init__(self, db: Database, engine: Engine, policy: Policy | None = None) -> None:
        self._db = db
        self._engine = engine
        self._policy = policy or Policy()
        self._leases = LeaseKeeper(db, self._policy.lease_s)

    def close(self) -> None:
        """Stop keeping leases; what still runs may be taken over."""
        self._leases.close()

    def work_once(self) -> bool:
        """Handle one message of the conversation that has waited longest; False when none is ready."""
        claim = self.claim()
        if claim is not None:
            self.handle(claim)
        return claim is not None

    def claim(self) -> Claim | None:
        """Lease a ready conversation, or None. Conversations that hold nothing after all are put to rest."""
        while True:
            lease = uuid.uuid4()
            rows = self._db.execute("claim", {"lease": lease, "lease_s": self._policy.lease_s})
            if not rows:
                return None
            if rows[0].message_id is not None:
                return _claim(rows[0], lease)
            with self._db.transaction() as connection:
                params = {"conversation_id": rows[0].conversation_id, "lease": lease}
                connection.exec_driver_sql(
                    "SELECT 1 FROM conversations.conversation WHERE id = %(conversation_id)s FOR UPDATE", params
                )
                run(connection, "recount", params)

    def handle(self, claim: Claim) -> None:
        """Carry a claimed message to its end: answered, kept for the agent, tried again later, or given up."""
        if not bot_speaks(claim.state):
            self.finish(claim, Answer(()), status="done")
            return
        if claim.tries > len(self._policy.retry_pauses_s) + 1:  # it took its workers down with it
            self._give_up(claim, "the worker died in this turn")
            return
        self._typing(claim, on=True)
        try:
            with self._leases.holding(claim.lease, claim.conversation_id):
                answer = self._engine.reply(_turn(claim))
        except EngineFailed as error:
            self._failed(claim, error)
            return
        self.finish(claim, answer, status="done")

    def finish(self, claim: Claim, answer: Answer, status: str, reason: str | None = None) -> bool:
        """Message handled, replies queued, state changed, lease given back: one commit.

        False, and nothing changed, when the lease ran out and another worker has the conversation.
        """
        wish = answer.handover
        rows = self._finished(claim, answer, _finish_params(claim, answer, status, reason))
        if not rows:
            self._db.execute("forget_late_turn", {"conversation_id": claim.conversation_id})
            log.warning(
                "lease lost before the turn ended", conversation=claim.conversation_id, message=claim.message_id
            )
            return False
        self._announce(claim, rows[0], wish)
        return True

    def _finished(self, claim: Claim, answer: Answer, params: dict[str, Any]) -> list[Any]:
        if not answer.erase:
            return self._db.execute("finish_turn", params)
        with self._db.transaction() as connection:
            rows = list(run(connection, "finish_turn", params))
            if rows:
                forget(connection, claim.conversation_id, claim.message_id)
        if rows:
            told_forgotten(self._db, claim.conversation_id)
        return rows

    def _announce(self, claim: Claim, row: Any, wish: Handover | None) -> None:
        tell = self._db.notifier
        if row.pending:
            tell.signal(TURNS)
        if row.replies and not claim.pulled:
            tell.signal(DELIVERIES)
        if claim.pulled:
            tell.live(claim.conversation_id, "typing", author="bot", on=False)
        tell.live(claim.conversation_id, "message")
        if wish is not None:
            tell.signal(CALLBACKS)
        if row.state != claim.state:
            tell.live(claim.conversation_id, "handover", state=row.state)

    def _failed(self, claim: Claim, error: EngineFailed) -> None:
        pauses = self._policy.retry_pauses_s
        log.warning("turn failed", conversation=claim.conversation_id, message=claim.message_id, tries=claim.tries,
                    error=str(error))  # fmt: skip
        if claim.tries > len(pauses):
            self._give_up(claim, str(error))
            return
        pause_s = pauses[claim.tries - 1]
        self._db.execute(
            "postpone", {"conversation_id": claim.conversation_id, "lease": claim.lease, "pause_s": pause_s}
        )
        self._db.notifier.signal(TURNS)  # sleepers must learn of the new time

    def _give_up(self, claim: Claim, reason: str) -> None:
        sorry = Answer((Content(text=texts().apology),), Handover("engine_failed"))
        self.finish(claim, sorry, status="failed", reason=reason[:500])

    def _typing(self, claim: Claim, *, on: bool) -> None:
        if claim.pulled:
            self._db.notifier.live(claim.conversation_id, "typing", author="bot", on=on)

    def next_in_s(self) -> float | None:
        """Seconds until a conversation becomes ready by itself; None when nothing waits."""
        seconds: float | None = self._db.execute("next_turn_at")[0].seconds
        return seconds


def _claim(row: Any, lease: uuid.UUID) -> Claim:
    shown = tuple(tuple(Button(**b) for b in buttons) for buttons in row.shown or ())
    return Claim(
        conversation_id=row.conversation_id,
        lease=lease,
        channel=row.channel,
        state=row.state,
        pulled=row.pulled,
        tries=row.attempts,
        message_id=row.message_id,
        content=Content.from_json(row.content),
        sent_at=row.sent_at,
        shown=shown,
    )


def _turn(claim: Claim) -> Turn:
    content = resolve(claim.content, claim.shown, always_shown())
    return Turn(
        claim.message_id, claim.conversation_id, claim.channel, content, claim.state, claim.sent_at, claim.tries
    )


def _finish_params(claim: Claim, answer: Answer, status: str, reason: str | None) -> dict[str, Any]:
    wish = answer.handover
    state = after(claim.state, "wish") if wish else claim.state
    return {
        "conversation_id": claim.conversation_id,
        "lease": claim.lease,
        "message_id": claim.message_id,
        "contents": Jsonb([reply.to_json() for reply in answer.replies]),
        "status": status,
        "reason": reason,
        "state": state if state != claim.state else None,
        "handover": wish.reason if wish else None,
        "phone": wish.phone if wish else None,
    }
