"""What a customer decides about the talk itself: to end it, to rate it. Each is one commit."""

from __future__ import annotations

from conversations.database import Database, run, through_restart
from conversations.intake import post
from conversations.model import Content
from conversations.reading import conversation_state
from conversations.texts import texts


def end_conversation(db: Database, conversation_id: int) -> None:
    """Close it and say so; closed already, nothing happens. The next message opens it again, and the bot begins anew."""

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


def rate_conversation(db: Database, conversation_id: int, stars: int, comment: str | None) -> None:
    """Keep 1 to 5 `stars` for the talk up to now."""
    params = {"conversation_id": conversation_id, "stars": stars, "comment": comment}
    through_restart(lambda: db.execute("rate", params))
