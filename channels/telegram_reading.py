"""What a Telegram update says: a customer's deed, a press in the staff's group, or nothing for us. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.base import part, words
from channels.errors import Malformed
from channels.reading import content, moment, place
from channels.telegram_texts import texts
from channels.wording import clean, national, plain_name, says_something
from conversations import Attachment, Content, Inbound, Left, Location

NAME = "telegram"
FILE = "telegram:"  # an attachment's address: the file's id, which any bot token of the account can turn into bytes
START = "start"
FILES = {
    "photo": "image",
    "animation": "gif",  # before document: Telegram sends both for a GIF
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "sticker": "sticker",
    "document": "file",
}
# What happens to a chat without anybody having said something.
SILENT = {
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "users_shared",
    "chat_shared",
    "chat_background_set",
    "connected_website",
    "proximity_alert_triggered",
}


@dataclass(frozen=True)
class Press:
    """Somebody pressed a button below one of our messages in a group."""

    query_id: str
    chat_id: str
    message_id: int
    data: str
    by: str


def read(update: Mapping[str, Any], account: str, received_at: datetime) -> Inbound | None:
    """The customer's deed in `update`, or None; raises Malformed for one that names no chat or has no id."""
    number = words(update, "update_id")
    if not number:
        raise Malformed("no update_id")
    for name in ("message", "edited_message", "callback_query", "my_chat_member"):
        deed = update.get(name)
        if deed is None:
            continue
        if not isinstance(deed, dict):
            raise Malformed(f"{name} is not an object")
        found = READERS[name](deed)
        if found is None or not _private(found.message):
            return None
        chat = words(part(found.message, "chat"), "id")
        if not chat:
            raise Malformed("no chat")
        # Update ids start anew at random after a silent week: alone they could swallow a message.
        key = ".".join(each for each in (number, found.key) if each)
        return Inbound(
            NAME,
            account,
            chat,
            key,
            found.content,
            moment(found.at) or received_at,
            kind=found.kind,  # type: ignore[arg-type]  # "message" or "greet"
        )
    return None


def gone(update: Mapping[str, Any], account: str, received_at: datetime) -> Left | None:
    """Who blocked us in `update`: nothing is sent until they let us write again."""
    change = part(update, "my_chat_member")
    chat = words(part(change, "chat"), "id")
    if not chat or not _private(change) or words(part(change, "new_chat_member"), "status") != "kicked":
        return None
    return Left(NAME, account, chat, moment(change.get("date")) or received_at, "blocked")


def press(update: Mapping[str, Any]) -> Press | None:
    """A button pressed outside private chats, with the name that its presser goes by."""
    query = part(update, "callback_query")
    message = part(query, "message")
    message_id = message.get("message_id")
    if not query or _private(message) or not isinstance(message_id, int):
        return None
    chat, who = words(part(message, "chat"), "id"), part(query, "from")
    name = plain_name(f"{words(who, 'first_name')} {words(who, 'last_name')}") or "?"
    return Press(words(query, "id"), chat, message_id, words(query, "data"), f"{name} (Telegram {words(who, 'id')})")


@dataclass(frozen=True)
class _Deed:
    message: Mapping[str, Any]  # whatever holds the chat
    key: str
    content: Content
    at: object
    kind: str = "message"


def _said(message: Mapping[str, Any]) -> _Deed | None:
    if part(message, "from").get("is_bot") or SILENT & message.keys():
        return None
    key = words(message, "message_id")
    command, rest = _command(words(message, "text"))
    if command == START:
        # A link of ours (t.me/bot?start=…) may carry a button's payload; shown or not, the spine decides.
        opened = Content(text=texts().start, payload=clean(rest) or None)
        return _Deed(message, key, opened, message.get("date"), "message" if rest else "greet")
    return _Deed(message, key, _content(message), message.get("date"))


def _edited(message: Mapping[str, Any]) -> _Deed | None:
    """New words count like a message; a place that moves on (live location) is no news."""
    text = clean(words(message, "text") or words(message, "caption"))
    if not says_something(text) or part(message, "location"):
        return None
    stamp = words(message, "edit_date")
    return _Deed(message, f"{words(message, 'message_id')}.{stamp}", Content(text=text), message.get("edit_date"))


def _pressed(query: Mapping[str, Any]) -> _Deed | None:
    data, message = words(query, "data"), part(query, "message")
    if not data or not message:
        return None
    return _Deed(message, words(query, "id"), Content(text=_title(message, data), payload=clean(data)), None)


def _membership(change: Mapping[str, Any]) -> _Deed | None:
    """A person who lets us write again opens the chat; who blocks us is told nothing more: Telegram refuses it."""
    new, old = words(part(change, "new_chat_member"), "status"), words(part(change, "old_chat_member"), "status")
    return _Deed(change, "", Content(), change.get("date"), "greet") if (old, new) == ("kicked", "member") else None


READERS = {"message": _said, "edited_message": _edited, "callback_query": _pressed, "my_chat_member": _membership}


def _private(message: Mapping[str, Any]) -> bool:
    return words(part(message, "chat"), "type") == "private"


def _command(text: str) -> tuple[str, str]:
    """`/start@our_bot abc` → ("start", "abc"); two empty texts for other words."""
    head, _, rest = text.strip().partition(" ")
    return (head[1:].partition("@")[0].lower(), rest.strip()) if head.startswith("/") else ("", "")


def _content(message: Mapping[str, Any]) -> Content:
    text = clean(words(message, "text") or words(message, "caption"))
    text = texts().words_of(_command(text)[0]) or text
    pin, attachments = _location(message), _files(message)
    text = text or _contact(message) or (_venue(message) if pin else "")
    kind = next((name for name in message if name not in _ENVELOPE), "message")
    album = clean(words(message, "media_group_id"))
    return content(text, attachments, pin, otherwise=plain_name(kind), album=album)


_ENVELOPE = {
    "message_id",
    "date",
    "chat",
    "from",
    "message_thread_id",
    "reply_to_message",
    "via_bot",
    "has_media_spoiler",
}


def _files(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    for name, kind in FILES.items():
        sent = message.get(name)
        if name == "photo" and isinstance(sent, list):  # sizes of one picture, the largest last
            sent = next((size for size in reversed(sent) if isinstance(size, dict)), None)
        if isinstance(sent, dict):
            file_id = words(sent, "file_id")
            return (Attachment(kind, FILE + file_id if file_id else "", clean(words(sent, "file_name"))),)
    return ()


def _location(message: Mapping[str, Any]) -> Location | None:
    told = part(message, "location") or part(part(message, "venue"), "location")
    return place(told.get("latitude"), told.get("longitude"))


def _venue(message: Mapping[str, Any]) -> str:
    venue = part(message, "venue")
    return ", ".join(told for told in (clean(words(venue, name)) for name in ("title", "address")) if told)


def _contact(message: Mapping[str, Any]) -> str:
    """A shared phone is a fact like a typed one, whoever's it is: it proves nothing."""
    return national(clean(words(part(message, "contact"), "phone_number")))


def _title(message: Mapping[str, Any], data: str) -> str | None:
    rows = part(message, "reply_markup").get("inline_keyboard")
    keys = [key for row in rows if isinstance(row, list) for key in row] if isinstance(rows, list) else []
    found = (words(key, "text") for key in keys if isinstance(key, dict) and words(key, "callback_data") == data)
    return clean(next(found, "")) or None
