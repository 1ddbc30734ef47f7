"""Delivery: each conversation's replies in order to its platform, tried again by kind of error, never twice knowingly."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from conversations.database import Database, run, through_restart
from conversations.errors import (
    ChannelStopped,
    LeaseLost,
    NotYet,
    RateLimited,
    Refused,
    Retry,
    SendError,
    Unclear,
    Undeliverable,
)
from conversations.lanes import Lanes
from conversations.leases import LeaseKeeper
from conversations.model import Content, Outbound
from conversations.ports import Sender
from conversations.progress import Progress
from conversations.signals import DELIVERIES

log = structlog.get_logger(__name__)

MAX_TRIES = 12
STOPPED_PAUSE_S = 300.0


def retry_pause_s(tries: int) -> float:
    """Growing pause before the next try of a message that failed `tries` times: 1, 2, 4 … 300 s."""
    return float(min(2 ** max(tries - 1, 0), 300))


class Delivery:
    """Sends queued replies through the senders of each (channel, account).

    `echo_wait_s` per channel: how long its platform may take to show us what it took; a channel without one shows
    nothing, and what may have been taken is sent again. `at_once` per channel: how many sends of one account run at a
    time in this process.
    """

    def __init__(
        self,
        db: Database,
        senders: Mapping[tuple[str, str], Sender],
        lease_s: float = 60.0,
        echo_wait_s: Mapping[str, float] | None = None,
        at_once: Mapping[str, int] | None = None,
    ) -> None:
        self._db = db
        self._senders = senders
        self._lease_s = lease_s
        self._keeper = LeaseKeeper(db, lease_s, "renew_send_leases")
        self._echo_wait_s = echo_wait_s or {}
        # Only what can be sent is claimed, so each account may have a delivery process of its own.
        self._lanes = Lanes({key: (at_once or {}).get(key[0]) for key in senders})

    def work_once(self) -> bool:
        """Send one message of the conversation that has waited longest; False when none may leave."""
        lease = uuid.uuid4()
        with self._lanes.entered() as entry:
            mine = {"lease": lease, "lease_s": self._lease_s}
            rows = self._db.execute("claim_delivery", {**mine, **_columns(entry.accounts)})
            if not rows:
                return False
            row = rows[0]
            entry.keep_only((row.channel, row.account))
            if row.message_id is None:
                self._put_to_rest(row.conversation_id, lease)
            elif (wait_s := self._echo_due_s(row)) > 0:
                self._postpone(row.conversation_id, lease, wait_s, in_doubt=True)
            else:
                with self._keeper.holding(lease, row.conversation_id):
                    self._send(self._outbound(row, lease), lease)
        return True

    def next_in_s(self) -> float | None:
        """Seconds until a message may leave by itself; None when nothing waits."""
        seconds: float | None = self._db.execute("next_send_at", _columns(list(self._senders)))[0].seconds
        return seconds

    def close(self) -> None:
        """Stop renewing leases."""
        self._keeper.close()

    def _echo_due_s(self, row: Any) -> float:
        """How long the echo of what a dead process may have sent can still be on its way."""
        if not (row.doubtful and row.abandoned):
            return 0.0
        # Renewed every third of its length, a lease that ran out was left alone for two thirds at least.
        return self._echo_wait_s.get(row.channel, 0.0) - self._lease_s * 2 / 3

    def _send(self, out: Outbound, lease: uuid.UUID) -> None:
        if out.left:
            self._finish(out, lease, "undeliverable", out.left)
            return
        try:
            platform_id = self._senders[out.channel, out.account].send(out)
        except LeaseLost:
            log.warning("lease lost before the message ended", conversation=out.conversation_id,
                        message=out.message_id)  # fmt: skip
            return
        except SendError as error:
            if not isinstance(error, NotYet):
                log.warning("not sent", channel=out.channel, conversation=out.conversation_id, message=out.message_id,
                            kind=type(error).__name__, reason=error.reason)  # fmt: skip
                self._db.signs.tried(out.channel, out.account, error)
            self._not_sent(out, lease, error)
            return
        self._db.signs.tried(out.channel, out.account)
        self._finish(out, lease, "sent", None, platform_id)

    def _not_sent(self, out: Outbound, lease: uuid.UUID, error: SendError) -> None:
        match error:
            case NotYet():
                self._put_off(out, lease, error.after_s)
            case Undeliverable():
                self._finish(out, lease, "undeliverable", error.reason)
            case Refused():
                self._finish(out, lease, "refused", error.reason)
            case RateLimited():
                self._pause(out, error.reason, error.pause_s)
                self._put_off(out, lease, error.pause_s)
            case ChannelStopped():
                log.error("channel stopped: a person must act", channel=out.channel, reason=error.reason)
                self._pause(out, error.reason, STOPPED_PAUSE_S)
                self._put_off(out, lease, STOPPED_PAUSE_S)
            case Retry() if out.attempts + 1 < MAX_TRIES:
                self._try_again(out, lease, error)
            case _:
                self._finish(out, lease, "undeliverable", f"given up after {MAX_TRIES} tries: {error.reason}")

    def _try_again(self, out: Outbound, lease: uuid.UUID, error: Retry) -> None:
        pause_s = error.after_s or retry_pause_s(out.attempts + 1)
        if isinstance(error, Unclear):
            wait_s = max(pause_s, self._echo_wait_s.get(out.channel, 0.0))
            self._postpone(out.conversation_id, lease, wait_s, counted=1, in_doubt=True, key=out.progress.trying)
        else:
            self._put_off(out, lease, pause_s, counted=1)

    def _put_off(self, out: Outbound, lease: uuid.UUID, pause_s: float, counted: int = 0) -> None:
        """This try has surely sent nothing; what an earlier one may have sent stays in doubt."""
        progress = out.progress
        self._postpone(
            out.conversation_id, lease, pause_s, counted=counted, in_doubt=progress.in_doubt, key=progress.trying
        )

    def _finish(
        self, out: Outbound, lease: uuid.UUID, status: str, reason: str | None, platform_id: str | None = None
    ) -> None:
        told = {
            "conversation_id": out.conversation_id,
            "message_id": out.message_id,
            "lease": lease,
            "status": status,
            "reason": reason,
            "platform_message_id": platform_id,
        }
        # What the platform took must not be forgotten because the database restarts just now; twice changes nothing more.
        through_restart(lambda: self._db.execute("finish_delivery", told))

    def _pause(self, out: Outbound, reason: str, pause_s: float) -> None:
        self._db.execute(
            "pause_account", {"channel": out.channel, "account": out.account, "reason": reason, "pause_s": pause_s}
        )

    def _postpone(
        self,
        conversation_id: int,
        lease: uuid.UUID,
        pause_s: float,
        *,
        counted: int = 0,
        in_doubt: bool,
        key: str | None = None,
    ) -> None:
        self._db.execute(
            "postpone_delivery",
            {
                "conversation_id": conversation_id,
                "lease": lease,
                "counted": counted,
                "pause_s": pause_s,
                "in_doubt": in_doubt,
                "key": key,
            },
        )
        self._db.notifier.signal(DELIVERIES)  # sleepers must learn of the new time

    def _put_to_rest(self, conversation_id: int, lease: uuid.UUID) -> None:
        params = {"conversation_id": conversation_id, "lease": lease}
        with self._db.transaction() as connection:
            connection.exec_driver_sql(
                "SELECT 1 FROM conversations.conversation WHERE id = %(conversation_id)s FOR UPDATE", params
            )
            run(connection, "recount_delivery", params)

    def _outbound(self, row: Any, lease: uuid.UUID) -> Outbound:
        def keep(sent: int, came: str | None) -> None:
            told = {"conversation_id": row.conversation_id, "lease": lease, "lease_s": self._lease_s}
            told |= {"parts_sent": sent, "platform_message_id": came}
            if not through_restart(lambda: self._db.execute("part_sent", told)):
                raise LeaseLost

        return Outbound(
            message_id=row.message_id,
            conversation_id=row.conversation_id,
            channel=row.channel,
            account=row.account,
            user_id=row.user_id,
            content=Content.from_json(row.content),
            reply_until=row.reply_until,
            attempts=row.attempts,
            left=row.left_reason or "",
            progress=Progress(row.parts_sent, (row.echoes or {}) if row.doubtful else None, keep),
            author=row.author,
        )


def _columns(accounts: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    return {"channels": [channel for channel, _ in accounts], "accounts": [account for _, account in accounts]}
