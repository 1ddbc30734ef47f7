"""Customers who wait for a person: the outbox of call-back tickets, so that care may be down meanwhile."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection

from conversations.database import Database, run
from conversations.delivery import retry_pause_s
from conversations.errors import CallBackFailed
from conversations.intake import post
from conversations.model import CallBack, Content
from conversations.ports import CallBacks
from conversations.signals import DELIVERIES
from conversations.texts import texts

log = structlog.get_logger(__name__)


class CallBackOutbox:
    """Files each wished call-back once and tells its customer the code."""

    def __init__(self, db: Database, care: CallBacks) -> None:
        self._db = db
        self._care = care

    def work_once(self) -> bool:
        """File or tell one call-back; False when none waits."""
        rows = self._db.execute("claim_callback")
        if not rows:
            return False
        row = rows[0]
        try:
            code = row.code or self._care.file(_callback(row))
        except CallBackFailed as error:
            pause_s = min(retry_pause_s(row.attempts), 60.0)
            log.warning("call-back not filed", conversation=row.conversation_id, error=str(error))
            self._db.execute("postpone_callback", {"id": row.id, "pause_s": pause_s})
            return True
        self._tell(row, code)
        return True

    def next_in_s(self) -> float | None:
        """Seconds until the next try; None when nothing waits."""
        seconds: float | None = self._db.execute("next_callback_at")[0].seconds
        return seconds

    def _tell(self, row: Any, code: str) -> None:
        words = texts().callback_again if row.code else texts().callback_filed
        with self._db.transaction() as connection:
            if run(connection, "filed_callback", {"id": row.id, "code": code}).first() is None:
                return
            post(connection, row.conversation_id, [Content(text=words.format(code=code))])
        self._db.notifier.signal(DELIVERIES)
        self._db.notifier.live(row.conversation_id, "message")


def callback_ended(connection: Connection, conversation_id: int) -> None:
    """The call-back ticket of a conversation is closed: the bot serves alone again (in the caller's transaction)."""
    run(connection, "end_callbacks", {"conversation_id": conversation_id})
    run(connection, "leave_waiting", {"conversation_id": conversation_id})
    connection.exec_driver_sql(
        "SELECT pg_notify('conversation_live', json_build_object('conversation_id', %(id)s::bigint,"
        " 'event', 'handover', 'data', json_build_object('state', 'bot'))::text)",
        {"id": conversation_id},
    )


def _callback(row: Any) -> CallBack:
    return CallBack(row.id, row.conversation_id, row.channel, row.reason, row.phone, row.created_at)
