"""Echoes: a platform shows what it took from us, which tells after a crash or a lost answer that it arrived."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.database import Database
from conversations.model import Echo
from conversations.signals import DELIVERIES


def hear_echoes(db: Database, echoes: Sequence[Echo]) -> None:
    """Note those that a message on its way may wait for; all others change nothing. Raises DatabaseAway."""
    waited = False
    for echo in echoes:
        rows = db.execute(
            "hear_echo",
            {
                "channel": echo.channel,
                "account": echo.account,
                "user_id": echo.user_id,
                "key": echo.key,
                "platform_message_id": echo.platform_message_id,
            },
        )
        waited = waited or any(row.waited for row in rows)
    if waited:
        db.notifier.signal(DELIVERIES)
