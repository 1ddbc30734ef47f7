"""The web chat's message shapes: what a visitor may post, and how a stored message is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from channels.base import Capabilities
from channels.fitting import plain
from channels.media import MediaStore
from channels.reading import place
from channels.wording import clean, says_something
from conversations import MAX_TEXT, Attachment, Content, Location, Message

CAN = Capabilities(text=MAX_TEXT, buttons=100, title=100, payload=1_000, typing=True)
Uploaded = Callable[[Sequence[str]], list[Attachment] | None]

LONGEST_CLIENT_ID, LONGEST_PAYLOAD, MOST_ATTACHMENTS = 100, 1_000, 5


class Invalid(ValueError):
    """A post that breaks the contract; `key` names the sentence that tells why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def posted(body: object, uploaded: Uploaded) -> tuple[str, Content]:
    """The client's own message id and what it says; raises Invalid. `uploaded` finds the visitor's files by their ids."""
    if not isinstance(body, dict):
        raise Invalid("not_an_object")
    client_id = body.get("client_message_id")
    if not (isinstance(client_id, str) and 0 < len(client_id) <= LONGEST_CLIENT_ID and clean(client_id) == client_id):
        raise Invalid("no_client_message_id")
    content = Content(
        text=_text(body),
        payload=_payload(body),
        attachments=_attachments(body, uploaded),
        location=_location(body),
    )
    if content == Content():
        raise Invalid("nothing_said")
    return client_id, content


def _text(body: Mapping[str, Any]) -> str | None:
    text = body.get("text")
    if text is None:
        return None
    if not isinstance(text, str):
        raise Invalid("bad_text")
    text = clean(text)
    if len(text) > MAX_TEXT or not says_something(text):
        raise Invalid("bad_text")
    return text


def _payload(body: Mapping[str, Any]) -> str | None:
    payload = body.get("payload")
    if payload is None:
        return None
    if not (isinstance(payload, str) and 0 < len(payload) <= LONGEST_PAYLOAD and says_something(clean(payload))):
        raise Invalid("bad_payload")
    return clean(payload)


def _attachments(body: Mapping[str, Any], uploaded: Uploaded) -> tuple[Attachment, ...]:
    ids = body.get("attachments")
    if ids is None:
        return ()
    if not isinstance(ids, list) or len(ids) > MOST_ATTACHMENTS or not all(isinstance(each, str) for each in ids):
        raise Invalid("bad_attachments")
    found = uploaded(ids) if ids else []
    if found is None:
        raise Invalid("bad_attachments")
    return tuple(found)


def _location(body: Mapping[str, Any]) -> Location | None:
    told = body.get("location")
    if told is None:
        return None
    pin = place(told.get("lat"), told.get("lon")) if isinstance(told, dict) else None
    if pin is None:
        raise Invalid("bad_location")
    return pin


def shown(message: Message, store: MediaStore) -> dict[str, Any]:
    """MESSAGE of the contract; a visitor's own ones name the `client_message_id` they were posted with."""
    content = plain(message.content, CAN)
    return {
        "id": str(message.id),
        "client_message_id": (message.platform_message_id or "").partition(":")[2] or None,
        "author": message.author,
        "text": content.text or "",
        "buttons": [{"title": b.title, "payload": b.payload} for b in content.buttons],
        "attachments": [store.shown(attachment) for attachment in content.attachments],
        "location": {"lat": content.location.lat, "lon": content.location.lon} if content.location else None,
        "created_at": message.created_at.isoformat(),
    }
