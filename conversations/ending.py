"""What a customer decides about the talk itself: to end it, to have it forgotten, to rate it. Each is one commit."""

from __future__ import annotations

from conversations.database import Database, run, through_restart
from conversations.intake import post
from conversations.model import Attachment, Content
from conversations.reading import all_messages, conversation_state
from conversations.texts import texts


def end_conversation(db: Database, conversation_id: int) -> None:
    """Close it and say so; closed already, nothing happens. The next message opens it again."""

    def close() -> bool:
        waiting = conversation_state(db, conversation_id) == "waiting"
        with db.transaction() as connection:
            if run(connection, "end_conversation", {"conversation_id": conversation_id}).first() is None:
                return False
            said = texts().ended_waiting if waiting else texts().ended
            post(connection, conversation_id, [Content(text=said)], author="system")
        return True

    if through_restart(close):
        db.notifier.live(conversation_id, "message")
        db.notifier.live(conversation_id, "handover", state="closed")


def forget_conversation(db: Database, conversation_id: int) -> list[Attachment]:
    """Blank all that was said → the attachments it had, whose files are the caller's to delete."""
    attached = [one for message in all_messages(db, conversation_id) for one in message.content.attachments]
    through_restart(lambda: db.execute("forget_conversation", {"conversation_id": conversation_id}))
    return attached


def rate_conversation(db: Database, conversation_id: int, stars: int, comment: str | None) -> None:
    """Keep 1 to 5 `stars` for the talk up to now."""
    params = {"conversation_id": conversation_id, "stars": stars, "comment": comment}
    through_restart(lambda: db.execute("rate", params))
