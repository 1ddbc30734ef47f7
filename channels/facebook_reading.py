"""What a Messenger webhook says: customers' deeds, receipts, who else answers a thread. Pure.

Each entry of a batch belongs to one page; its events stand under `messaging`, or under `standby` when another app (most
often the page's own inbox) holds the thread: these are kept for whoever reads along, and never answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from channels.accounts import FIRST_PAGE
from channels.base import part, words
from channels.errors import Malformed
from channels.facebook_sending import CAN, NAME
from channels.facebook_texts import texts
from channels.reading import content, moment, place
from channels.wording import clean, says_something
from conversations import Attachment, Button, Content, Inbound, Location, greeting

log = structlog.get_logger(__name__)

REPLY_WINDOW = CAN.window or timedelta()
GET_STARTED = "GET_STARTED"
KINDS = {"image", "audio", "video", "file", "sticker"}
LINKS = {"fallback", "reel", "ig_reel", "post", "ig_post", "share"}
DEEDS = ("message", "message_edit", "postback", "referral", "optin")


@dataclass(frozen=True)
class Event:
    """One event of a batch, with the account of its page; `standby`: another app holds the thread."""

    account: str
    page: str
    told: Mapping[str, Any]
    standby: bool

    @property
    def person(self) -> str:
        """Whom it is about: whichever of its two ends is not the page; empty when nobody is named."""
        ends = [words(part(self.told, name), "id") for name in ("sender", "recipient")]
        return next((each for each in ends if each and each != self.page), "")

    @property
    def at(self) -> datetime:
        """Facebook's time of it, or ours when it tells none."""
        return moment(self.told.get("timestamp"), 1000) or datetime.now(UTC)

    @property
    def digest(self) -> str:
        """A name for what has none of its own; the same in every delivery of it."""
        try:
            return hashlib.sha256(json.dumps(self.told, sort_keys=True).encode()).hexdigest()
        except RecursionError as error:
            raise Malformed("nested too deep") from error


def events(body: Mapping[str, Any], pages: Sequence[str]) -> Iterator[Event]:
    """The events of a batch that are about one of our `pages`; raises Malformed."""
    for page, name, listed in _entries(body):
        account = _account(page, pages)
        if account:
            yield from (Event(account, page, event, name == "standby") for event in listed)


def _account(page: str, pages: Sequence[str]) -> str:
    account = page if page in pages else FIRST_PAGE
    return account if account in pages else ""


def _entries(body: Mapping[str, Any]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Page, kind and events of each part of a batch."""
    if body.get("object") != "page":
        return
    entries = body.get("entry")
    if not isinstance(entries, list):
        raise Malformed("no list of entries")
    for entry in entries:
        if not isinstance(entry, dict):
            raise Malformed("an entry is not an object")
        for name in ("messaging", "standby"):
            listed = entry.get(name, [])
            if not isinstance(listed, list) or not all(isinstance(event, dict) for event in listed):
                raise Malformed(f"{name} is not a list of objects")
            yield words(entry, "id"), name, listed


def parse(body: Mapping[str, Any], pages: Sequence[str]) -> list[Inbound]:
    """Everything customers did in a batch, in the order of its timestamps.

    A deed that names no person or no message id can't be kept: it is left out when others of its batch can, else the
    whole batch is Malformed, so that Facebook does not believe we have it.
    """
    for page in {page for page, _, listed in _entries(body) if listed and not _account(page, pages)}:
        log.warning("events of a page that no account names", page=page)
    found: list[Inbound] = []
    broken = 0
    for event in events(body, pages):
        try:
            inbound = deed(event)
        except Malformed:
            broken += 1
            continue
        found += [inbound] if inbound else []
    if broken and not found:
        raise Malformed("no event of the batch names its sender and message")
    return sorted(found, key=lambda each: each.sent_at)


def deed(event: Event) -> Inbound | None:
    """What a customer did, or None for what is no deed of theirs; raises Malformed."""
    name = next((each for each in DEEDS if event.told.get(each) is not None), None)
    if name is None:
        return None
    told = event.told[name]
    if not isinstance(told, dict):
        raise Malformed(f"{name} is not an object")
    return READERS[name](event, told)


def _message(event: Event, message: Mapping[str, Any]) -> Inbound | None:
    if message.get("is_echo") or message.get("is_deleted"):
        return None
    return _inbound(event, words(message, "mid"), said(message))


def _edited(event: Event, edit: Mapping[str, Any]) -> Inbound | None:
    """New words count like a message."""
    text, mid = clean(words(edit, "text")), words(edit, "mid")
    if not says_something(text):
        return None
    number = words(edit, "num_edit") or words(event.told, "timestamp")
    return _inbound(event, f"{mid}.{number}" if mid else "", Content(text=text))


def _postback(event: Event, postback: Mapping[str, Any]) -> Inbound | None:
    payload, title = words(postback, "payload"), clean(words(postback, "title"))
    mid = words(postback, "mid") or event.digest
    opened = greeted_with(part(postback, "referral"))
    if payload == GET_STARTED:
        return _opened(event, mid, opened)
    if not (payload or says_something(title)):
        return None  # in a thread that another app holds, even the payload is not told
    return _inbound(event, mid, Content(text=title or None, payload=payload or None))


def _referral(event: Event, referral: Mapping[str, Any]) -> Inbound | None:
    """Somebody came by a link or an advertisement of ours (m.me/page?ref=…), or opted in by a plugin."""
    if not event.person:
        return None  # a plugin's visitor who has not written yet has no id
    return _opened(event, event.digest, greeted_with(referral))


def _opened(event: Event, message_id: str, wanted: Content | None) -> Inbound | None:
    """Somebody came in, perhaps for a dialogue; nothing of it is for us while another app holds the thread."""
    if event.standby:
        return None
    if wanted:
        return _inbound(event, message_id, wanted)
    return _inbound(event, message_id, Content(text=texts().start), kind="greet")


READERS = {
    "message": _message,
    "message_edit": _edited,
    "postback": _postback,
    "referral": _referral,
    "optin": _referral,
}


def greeted_with(referral: Mapping[str, Any]) -> Content | None:
    """The button of the greeting that a link names: the only dialogues that links may open."""
    ref = words(referral, "ref")
    button: Button | None = next((each for each in greeting().buttons if each.payload == ref), None)
    return Content(text=button.title, payload=button.payload) if button else None


def _inbound(event: Event, message_id: str, told: Content, kind: str = "message") -> Inbound:
    if not (event.person and message_id):
        raise Malformed("no sender or no message id")
    return Inbound(
        channel=NAME,
        account=event.account,
        user_id=event.person,
        platform_message_id=message_id,
        content=told,
        sent_at=event.at,
        reply_until=event.at + REPLY_WINDOW,
        kind="overheard" if event.standby else kind,  # type: ignore[arg-type]  # one of its words
    )


def said(message: Mapping[str, Any]) -> Content:
    """What a message holds; something unknown rather than nothing."""
    text = clean(words(message, "text"))
    payload = words(part(message, "quick_reply"), "payload")
    sent = message.get("attachments")
    attachments, location = [], None
    for each in sent if isinstance(sent, list) else []:
        pin = _location(each)
        location = pin or location
        attachments += [] if pin else [_attachment(each)]
    return content(text, attachments, location, otherwise="", payload=payload or None)


def _attachment(each: object) -> Attachment:
    if not isinstance(each, dict):
        return Attachment("unknown")
    kind, payload = words(each, "type"), part(each, "payload")
    named = "link" if kind in LINKS else kind if kind in KINDS else "unknown"
    if words(payload, "sticker_id") or words(each, "sticker_id"):
        named = "sticker"  # told as an image before 2026-08-30
    name = clean(words(each, "title") or words(payload, "title") or words(payload, "name"))
    return Attachment(named, url=words(payload, "url") or words(each, "url"), name=name)


def _location(each: object) -> Location | None:
    coordinates = part(part(each, "payload"), "coordinates") if isinstance(each, dict) else {}
    return place(coordinates.get("lat"), coordinates.get("long"))
