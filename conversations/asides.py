"""What platforms tell besides customers' deeds: receipts, who left, staff who answer in the platform's own tool.

None of it starts a turn, and all of it may come again or late: the same aside twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from conversations.database import Database, run, through_restart
from conversations.handover import after
from conversations.intake import storable
from conversations.model import Aside, Left, PersonLeft, PersonWrote, Receipt

# Staff who wrote in the platform's own tool can't say there that they are done.
HOLDS = timedelta(hours=2)


def take_asides(db: Database, asides: Sequence[Aside], holds: timedelta = HOLDS) -> None:
    """Keep what they tell, in one commit; staff who wrote hold the conversation for `holds`. Raises DatabaseAway."""
    moved = through_restart(lambda: _keep(db, asides, holds))
    for conversation_id, state in moved:
        db.notifier.live(conversation_id, "message")
        if state:
            db.notifier.live(conversation_id, "handover", state=state)


Moved = list[tuple[int, str | None]]


def _keep(db: Database, asides: Sequence[Aside], holds: timedelta) -> Moved:
    if len(asides) == 1 and isinstance(asides[0], Receipt):
        # One statement, and so a transaction of its own: receipts are as many as messages.
        db.execute("receive", _receipt(asides[0]))
        return []
    # The same lock order in every batch, so that two batches with the same people can't block each other.
    ordered = sorted(asides, key=lambda each: (each.channel, each.account, each.user_id, each.at))
    moved: Moved = []
    with db.transaction() as connection:
        for each in ordered:
            moved += _keep_one(connection, each, holds)
    return moved


def _keep_one(connection: Connection, aside: Aside, holds: timedelta) -> Moved:
    match aside:
        case Receipt():
            run(connection, "receive", _receipt(aside))
            return []
        case Left():
            run(connection, "leave", {**_person(aside), "reason": aside.reason})
            return []
        case PersonWrote():
            return _person_wrote(connection, aside, holds)
        case PersonLeft():
            return _person_left(connection, aside, holds)


def _person_wrote(connection: Connection, aside: PersonWrote, holds: timedelta) -> Moved:
    person = _person(aside) | {"platform_message_id": storable(aside.platform_message_id)}
    row = run(connection, "hold_person", person).one()
    if row.is_known:
        return []
    state = after(row.state, "take")
    if not (row.state == "agent" and row.held_until is None):  # an agent at our own desk goes on holding it
        until = max(aside.at + holds, row.held_until or aside.at)
        run(connection, "move_conversation", {"conversation_id": row.id, "state": state, "held_until": until})
        run(connection, "silence", {"conversation_id": row.id})
    if aside.content is not None:
        content = Jsonb(storable(aside.content.to_json()))
        run(connection, "keep_words", {**person, "conversation_id": row.id, "content": content})
    return [(row.id, state if state != row.state else None)]


def _person_left(connection: Connection, aside: PersonLeft, holds: timedelta) -> Moved:
    row = run(connection, "hold_person", _person(aside) | {"platform_message_id": ""}).one()
    # An agent who took it at our own desk gives it back there.
    if row.held_until is None or row.state != "agent" or aside.at < row.held_until - holds:
        return []  # the last also of what was told late, or again, of an earlier hold
    state = after(row.state, "give_back")
    run(connection, "move_conversation", {"conversation_id": row.id, "state": state, "held_until": None})
    return [(row.id, state)]


def _person(aside: Aside) -> dict[str, Any]:
    return {"channel": aside.channel, "account": aside.account, "user_id": storable(aside.user_id), "at": aside.at}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    ids = storable(list(receipt.message_ids))
    told = {"seen": receipt.seen, "message_ids": ids, "up_to": receipt.up_to}
    return _person(receipt) | told
