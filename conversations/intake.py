"""Storing what customers say: once per platform message id, and only then is it acknowledged."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from conversations.database import Database, run, through_restart
from conversations.deletions import want_deletion_in
from conversations.forgetting import forget, told_forgotten
from conversations.model import Content, Inbound, Taken
from conversations.signals import DELETIONS, DELIVERIES, TURNS
from conversations.texts import greeting

MAX_TEXT = 10_000
Execute = Callable[[str, dict[str, Any]], list[Any]]


def take_in(db: Database, inbounds: Sequence[Inbound], patience_s: float = 8.0) -> list[Taken]:
    """Store a batch in one commit, in the platform's order per customer → where each stands, in the order given.

    A message that is there already changes nothing. Returns after the commit; raises DatabaseAway when the
    database does not come back in time (nothing is stored then, or all of it: asking again is safe).
    """
    # The same lock order in every batch, so that two batches with the same customers can't block each other.
    order = sorted(range(len(inbounds)), key=lambda i: (_person(inbounds[i]), inbounds[i].sent_at))
    taken = through_restart(lambda: _store(db, [inbounds[i] for i in order]), patience_s)
    for channel, account in {(each.channel, each.account) for each in inbounds}:
        db.signs.heard(channel, account)
    _tell_withdrawn(
        db, {t.conversation_id for i, t in zip(order, taken, strict=True) if inbounds[i].kind == "withdraw"}
    )
    if any(t.new for t in taken):
        db.notifier.signal(TURNS)
        db.notifier.signal(DELIVERIES)
        for conversation_id in {t.conversation_id for t in taken if t.new}:
            db.notifier.live(conversation_id, "message")
    by_place = dict(zip(order, taken, strict=True))
    return [by_place[i] for i in range(len(inbounds))]


def _tell_withdrawn(db: Database, conversations: set[int]) -> None:
    for conversation_id in conversations:
        db.notifier.signal(DELETIONS)
        told_forgotten(db, conversation_id)


def _person(inbound: Inbound) -> tuple[str, str, str]:
    return inbound.channel, inbound.account, inbound.user_id


def _store(db: Database, inbounds: Sequence[Inbound]) -> list[Taken]:
    if len(inbounds) == 1 and inbounds[0].kind == "message":
        # One message is one statement, and so a transaction of its own.
        return [_store_message(db.execute, inbounds[0])]
    if all(inbound.kind == "message" for inbound in inbounds):
        return _store_messages(db, inbounds)
    with db.transaction() as connection:
        return [_store_one(connection, inbound) for inbound in inbounds]


def _store_messages(db: Database, inbounds: Sequence[Inbound]) -> list[Taken]:
    given = [{**_fields(inbound), "place": place} for place, inbound in enumerate(inbounds)]
    rows = db.execute("take_in_many", {"inbounds": Jsonb(given, _told), "greeting": Jsonb(greeting().to_json())})
    taken: list[Taken | None] = [None] * len(inbounds)
    for row in rows:
        if row.id is None:  # a racing duplicate won
            won = db.execute("find_inbound", _params(inbounds[row.place]))[0]
            taken[row.place] = Taken(won.id, won.conversation_id, new=False)
        else:
            taken[row.place] = Taken(row.id, row.conversation_id, new=row.stored, held=row.held)
    return [each for each in taken if each is not None]


def _told(fields: Any) -> str:
    return json.dumps(fields, default=str, ensure_ascii=False)  # moments as PostgreSQL reads them


def _store_one(connection: Connection, inbound: Inbound) -> Taken:
    if inbound.kind == "greet":
        return _greet(connection, inbound)
    if inbound.kind == "withdraw":
        return _withdraw(connection, inbound)
    if inbound.kind == "overheard":
        return _overhear(connection, inbound)
    return _store_message(lambda name, params: list(run(connection, name, params)), inbound)


def _store_message(execute: Execute, inbound: Inbound) -> Taken:
    params = {**_params(inbound), "greeting": Jsonb(greeting().to_json())}
    rows = execute("take_in", params)
    if not rows:  # a racing duplicate won
        won = execute("find_inbound", params)[0]
        return Taken(won.id, won.conversation_id, new=False)
    return Taken(rows[0].id, rows[0].conversation_id, new=rows[0].stored, held=rows[0].held)


def _greet(connection: Connection, inbound: Inbound) -> Taken:
    row = run(connection, "open_conversation", _params(inbound)).one()
    posted = post(connection, row.id, [greeting()]) if row.is_new else []
    return Taken(posted[0] if posted else 0, row.id, new=bool(posted))


def _overhear(connection: Connection, inbound: Inbound) -> Taken:
    row = run(connection, "overhear", _params(inbound)).first()
    if row is None:
        row = run(connection, "find_inbound", _params(inbound)).one()
        return Taken(row.id, row.conversation_id, new=False, held=True)
    return Taken(row.id, row.conversation_id, new=True, held=True)


def _withdraw(connection: Connection, inbound: Inbound) -> Taken:
    """What was said goes at once; whoever works off deletions does the rest: tickets, and who it was."""
    row = run(connection, "find_conversation", _params(inbound)).first()
    if row is None:
        return Taken(0, 0, new=False)
    request = f"{inbound.channel}/{inbound.account}/{inbound.platform_message_id}"
    want_deletion_in(connection, inbound.channel, [inbound.account], inbound.user_id, request)
    run(connection, "send_no_more", {"conversation_id": row.id})
    forget(connection, row.id)
    return Taken(0, row.id, new=False)


def post(connection: Connection, conversation_id: int, contents: Sequence[Content], author: str = "bot") -> list[int]:
    """Queue messages for a customer inside the caller's transaction → their ids."""
    said = Jsonb([content.to_json() for content in contents])
    rows = run(connection, "post", {"conversation_id": conversation_id, "contents": said, "author": author})
    return [row.id for row in rows]


def _params(inbound: Inbound) -> dict[str, Any]:
    fields = _fields(inbound)
    return {**fields, "content": Jsonb(fields["content"])}


def _fields(inbound: Inbound) -> dict[str, Any]:
    stored = inbound.content.to_json()
    if len(stored.get("text", "")) > MAX_TEXT:
        stored["text"] = stored["text"][:MAX_TEXT]
    return {
        "channel": inbound.channel,
        "account": inbound.account,
        "user_id": storable(inbound.user_id),
        "pulled": inbound.pulled,
        "platform_message_id": storable(inbound.platform_message_id),
        "content": storable(stored),
        "sent_at": inbound.sent_at,
        "reply_until": inbound.reply_until,
    }


def storable(value: Any) -> Any:
    """JSON that PostgreSQL takes: it keeps neither NUL nor lone surrogates in text; nothing a customer means is lost with them."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf8", "ignore").decode("utf8")
    if isinstance(value, dict):
        return {name: storable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [storable(part) for part in value]
    return value
