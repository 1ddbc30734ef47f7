"""Messages that no customer's message asked for: news of a ticket or an outage, within the platform's window."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from conversations.database import run
from conversations.intake import post
from conversations.model import Content
from conversations.signals import DELIVERIES, LIVE

Posted = Literal["queued", "outside the window", "unknown"]


def post_notice(connection: Connection, conversation_id: int, content: Content, now: datetime) -> Posted:
    """Queue a notice inside the caller's transaction, which also keeps it from being posted twice.

    Outside the platform's window nothing is queued: it would be refused, or cost the account its good name.
    """
    row = run(connection, "hold_conversation", {"conversation_id": conversation_id}).first()
    if row is None:
        return "unknown"
    if row.has_left or (row.reply_until is not None and row.reply_until <= now):
        return "outside the window"
    post(connection, conversation_id, [content])
    told = json.dumps({"conversation_id": conversation_id, "event": "message", "data": {}})
    # Sent by the server at the commit: notices come in batches, so the commits that wait for each other are few.
    connection.exec_driver_sql(
        "SELECT pg_notify(%(live)s, %(told)s), pg_notify(%(deliveries)s, '')",
        {"live": LIVE, "told": told, "deliveries": DELIVERIES},
    )
    return "queued"
