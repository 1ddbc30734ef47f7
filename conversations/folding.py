"""A customer who writes faster than anybody could answer: what waits is answered together, and nothing of it is lost.

The turn's text is everything that was said, each sentence once, so that a danger in the middle is still heard. What was
folded into a message is kept in the database before the engine sees it: the same turn again says the same.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from conversations.database import Database
from conversations.model import Content

LONGEST = 8_000  # characters of one turn; what has no room waits for the next
MOST = 200  # messages


def folded(
    db: Database, conversation_id: int, message_id: int, lease: uuid.UUID, content: Content
) -> tuple[Content, bool]:
    """What message `message_id` says together with the plain texts that wait right behind it, and whether to ask the
    customer to slow down (asked once in ten minutes)."""
    room = LONGEST - len(content.text or "")
    params = {"conversation_id": conversation_id, "message_id": message_id, "lease": lease, "most": MOST, "room": room}
    rows = db.execute("fold", params)
    asks = bool(rows) and rows[0].folded > 0 and not rows[0].told_lately
    return unfolded(db, conversation_id, message_id, content), asks


def unfolded(db: Database, conversation_id: int, message_id: int, content: Content) -> Content:
    """The same for a turn that is tried again: with what was folded into it at the first try."""
    rows = db.execute("folded_into", {"conversation_id": conversation_id, "message_id": message_id})
    if not rows:
        return content
    return replace(content, text=together([content.text or "", *(row.text for row in rows)]))


def together(texts: list[str]) -> str:
    """Each sentence once, in order.

    >>> together(["mất điện", "alo", "alo", "mất điện", "có tia lửa"])
    'mất điện\\nalo\\ncó tia lửa'
    """
    return "\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))


def is_plain(content: Content) -> bool:
    """Whether it says something in words only."""
    return bool(content.text and content.text.strip()) and content == Content(text=content.text)
