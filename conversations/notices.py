"""Messages that no customer's message asked for: news of a ticket or an outage, within the platform's window."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from conversations.database import run
from conversations.intake import post
from conversations.model import Content
from conversations.signals import DELIVERIES, LIVE

Posted = Literal["queued", "outside the window", "unknown"]


@dataclass(frozen=True)
class PostedNotice:
    """What became of a notice; `message_id` when it is queued."""

    status: Posted
    message_id: int | None = None


@dataclass(frozen=True)
class Arrival:
    """A notice's message that is on its way no more: `failed` holds why it did not arrive, None that it did."""

    message_id: int
    failed: str | None


def post_notice(
    connection: Connection,
    conversation_id: int,
    content: Content,
    now: datetime,
    paid: Collection[tuple[str, str]] = frozenset(),
) -> PostedNotice:
    """Queue a notice inside the caller's transaction, which also keeps it from being posted twice.

    Outside the platform's window nothing is queued: it would be refused, or cost the account its good name. `paid` are the
    kinds of template (with their channel) that may leave at any time all the same.
    """
    row = run(connection, "hold_conversation", {"conversation_id": conversation_id}).first()
    if row is None:
        return PostedNotice("unknown")
    late = row.reply_until is not None and row.reply_until <= now
    may_be_late = content.template is not None and (row.channel, content.template.kind) in paid
    if row.has_left or (late and not may_be_late):
        return PostedNotice("outside the window")
    (message_id,) = post(connection, conversation_id, [content])
    told = json.dumps({"conversation_id": conversation_id, "event": "message", "data": {}})
    # Sent by the server at the commit: notices come in batches, so the commits that wait for each other are few.
    connection.exec_driver_sql(
        "SELECT pg_notify(%(live)s, %(told)s), pg_notify(%(deliveries)s, '')",
        {"live": LIVE, "told": told, "deliveries": DELIVERIES},
    )
    return PostedNotice("queued", message_id)


def arrivals(connection: Connection, message_ids: Sequence[int]) -> list[Arrival]:
    """Those of the messages that are not on their way any more."""
    rows = run(connection, "arrivals", {"message_ids": list(message_ids)})
    return [Arrival(row.id, None if row.status == "sent" else row.reason or row.status) for row in rows]
