"""Delivery: each conversation's replies in order to its platform, tried again by kind of error."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import structlog

from conversations.database import Database, run
from conversations.errors import ChannelStopped, RateLimited, Refused, Retry, SendError, Undeliverable
from conversations.model import Content, Outbound
from conversations.ports import Sender
from conversations.signals import DELIVERIES

log = structlog.get_logger(__name__)

MAX_TRIES = 12
STOPPED_PAUSE_S = 300.0


def retry_pause_s(tries: int) -> float:
    """Growing pause before the next try of a message that failed `tries` times: 1, 2, 4 … 300 s."""
    return float(min(2 ** max(tries - 1, 0), 300))


class Delivery:
    """Sends queued replies through the senders of each (channel, account)."""

    def __init__(self, db: Database, senders: Mapping[tuple[str, str], Sender], lease_s: float = 60.0) -> None:
        self._db = db
        self._senders = senders
        self._lease_s = lease_s
        # Only what can be sent is claimed, so each account may have a delivery process of its own.
        self._accounts = [f"{channel}/{account}" for channel, account in senders]

    def work_once(self) -> bool:
        """Send one message of the conversation that has waited longest; False when none may leave."""
        lease = uuid.uuid4()
        rows = self._db.execute(
            "claim_delivery", {"lease": lease, "lease_s": self._lease_s, "accounts": self._accounts}
        )
        if not rows:
            return False
        row = rows[0]
        if row.message_id is None:
            self._put_to_rest(row.conversation_id, lease)
            return True
        self._send(_outbound(row), lease)
        return True

    def next_in_s(self) -> float | None:
        """Seconds until a message may leave by itself; None when nothing waits."""
        seconds: float | None = self._db.execute("next_send_at", {"accounts": self._accounts})[0].seconds
        return seconds

    def _send(self, out: Outbound, lease: uuid.UUID) -> None:
        try:
            platform_id = self._senders[out.channel, out.account].send(out)
        except SendError as error:
            log.warning("not sent", channel=out.channel, conversation=out.conversation_id, message=out.message_id,
                        kind=type(error).__name__, reason=error.reason)  # fmt: skip
            self._db.signs.tried(out.channel, out.account, error)
            self._not_sent(out, lease, error)
            return
        self._db.signs.tried(out.channel, out.account)
        self._finish(out, lease, "sent", None, platform_id)

    def _not_sent(self, out: Outbound, lease: uuid.UUID, error: SendError) -> None:
        match error:
            case Undeliverable():
                self._finish(out, lease, "undeliverable", error.reason)
            case Refused():
                self._finish(out, lease, "refused", error.reason)
            case RateLimited():
                self._pause(out, error.reason, error.pause_s)
                self._postpone(out, lease, 0, error.pause_s)
            case ChannelStopped():
                log.error("channel stopped: a person must act", channel=out.channel, reason=error.reason)
                self._pause(out, error.reason, STOPPED_PAUSE_S)
                self._postpone(out, lease, 0, STOPPED_PAUSE_S)
            case Retry() if out.attempts + 1 < MAX_TRIES:
                self._postpone(out, lease, 1, error.after_s or retry_pause_s(out.attempts + 1))
            case _:
                self._finish(out, lease, "undeliverable", f"given up after {MAX_TRIES} tries: {error.reason}")

    def _finish(
        self, out: Outbound, lease: uuid.UUID, status: str, reason: str | None, platform_id: str | None = None
    ) -> None:
        self._db.execute(
            "finish_delivery",
            {
                "conversation_id": out.conversation_id,
                "message_id": out.message_id,
                "lease": lease,
                "status": status,
                "reason": reason,
                "platform_message_id": platform_id,
            },
        )

    def _pause(self, out: Outbound, reason: str, pause_s: float) -> None:
        self._db.execute(
            "pause_account", {"channel": out.channel, "account": out.account, "reason": reason, "pause_s": pause_s}
        )

    def _postpone(self, out: Outbound, lease: uuid.UUID, counted: int, pause_s: float) -> None:
        self._db.execute(
            "postpone_delivery",
            {"conversation_id": out.conversation_id, "lease": lease, "counted": counted, "pause_s": pause_s},
        )
        self._db.notifier.signal(DELIVERIES)  # sleepers must learn of the new time

    def _put_to_rest(self, conversation_id: int, lease: uuid.UUID) -> None:
        params = {"conversation_id": conversation_id, "lease": lease}
        with self._db.transaction() as connection:
            connection.exec_driver_sql(
                "SELECT 1 FROM conversations.conversation WHERE id = %(conversation_id)s FOR UPDATE", params
            )
            run(connection, "recount_delivery", params)


def _outbound(row: Any) -> Outbound:
    return Outbound(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        account=row.account,
        user_id=row.user_id,
        content=Content.from_json(row.content),
        reply_until=row.reply_until,
        attempts=row.attempts,
    )
