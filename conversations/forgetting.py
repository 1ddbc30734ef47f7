"""Forgetting what was said, by every door: asked for in the chat, deleted in the widget, withdrawn on a platform.

What leaves no row behind, its files, goes by an outbox (`file_to_drop`): a process may die at any time, nothing stays.
"""

from __future__ import annotations

from sqlalchemy import Connection

from conversations.access import revoke_access
from conversations.database import Database, run, through_restart
from conversations.signals import FILES

NEWEST = 2**63 - 1


def forget(connection: Connection, conversation_id: int, up_to: int = NEWEST) -> None:
    """Forget the conversation up to message `up_to`, in the caller's transaction, which holds its row.

    Once that is committed, `told_forgotten` tells who must know.
    """
    run(connection, "forget", {"conversation_id": conversation_id, "up_to": up_to})


def forget_all(connection: Connection, conversation_id: int) -> None:
    """The same for the whole conversation, broken off: nothing waits for an answer, nothing more is sent."""
    for statement in ("break_off", "send_no_more"):
        run(connection, statement, {"conversation_id": conversation_id})
    forget(connection, conversation_id)


def told_forgotten(db: Database, conversation_id: int) -> None:
    """Wake whoever deletes files; windows that show the conversation read it anew."""
    db.notifier.signal(FILES)
    db.notifier.live(conversation_id, "forgotten")


def forget_conversation(db: Database, conversation_id: int) -> None:
    """Break the conversation off, forget all of it and let no token open it again: one commit."""

    def all_of_it() -> None:
        with db.transaction() as connection:
            forget_all(connection, conversation_id)
            revoke_access(connection, conversation_id)

    through_restart(all_of_it)
    db.notifier.signal(FILES)
    db.notifier.live(conversation_id, "revoked")
