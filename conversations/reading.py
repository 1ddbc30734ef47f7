"""What a conversation holds, for those who show it."""

from collections.abc import Iterator

from conversations.database import Database, through_restart
from conversations.model import Content, Message, State

PAGE = 200


def messages_after(db: Database, conversation_id: int, after: int, limit: int = PAGE) -> list[Message]:
    """The messages with an id above `after`, oldest first, at most `limit`."""
    params = {"conversation_id": conversation_id, "after": after, "limit": limit}
    rows = through_restart(lambda: db.execute("messages_after", params))
    return [Message(r.id, r.author, Content.from_json(r.content), r.created_at, r.platform_message_id) for r in rows]


def all_messages(db: Database, conversation_id: int, after: int = 0) -> Iterator[Message]:
    """Every message with an id above `after`, oldest first, read page by page."""
    while page := messages_after(db, conversation_id, after, PAGE):
        yield from page
        after = page[-1].id
        if len(page) < PAGE:
            return


def newest_message(db: Database, conversation_id: int) -> int:
    """The id of the newest message; 0 before there is one."""
    newest: int = through_restart(lambda: db.execute("newest_message", {"conversation_id": conversation_id}))[0].id
    return newest


def conversation_state(db: Database, conversation_id: int) -> State:
    """Who answers now; an unknown conversation is `closed`."""
    rows = through_restart(lambda: db.execute("conversation_state", {"conversation_id": conversation_id}))
    state: State = rows[0].state if rows else "closed"
    return state


def find_conversation(db: Database, channel: str, account: str, user_id: str) -> int | None:
    """The id of a person's conversation; None before their first message."""
    params = {"channel": channel, "account": account, "user_id": user_id}
    rows = through_restart(lambda: db.execute("find_conversation", params))
    return int(rows[0].id) if rows else None
