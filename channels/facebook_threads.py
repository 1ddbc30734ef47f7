"""What Messenger tells besides customers' deeds: receipts, and who else answers on a page. Pure.

Facebook knows one owner of a thread at a time (its handover protocol). While the page's inbox or another tool has it, or a
person answers through one without taking it, the bot is silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from channels.base import part, words
from channels.facebook_reading import Event, events, said
from channels.facebook_sending import NAME
from channels.reading import moment
from conversations import Aside, Echo, PersonLeft, PersonWrote, Receipt

log = structlog.get_logger(__name__)

PAGE_INBOX = "263902037430900"


def asides(body: Mapping[str, Any], apps: Mapping[str, str]) -> list[Aside]:
    """Everything of that kind in a batch; `apps` are our pages with the id of their app (empty: unknown).

    What names nobody is left out: nothing can be kept of it. Raises Malformed for what is no batch.
    """
    found = (_aside(event, apps[event.account]) for event in events(body, list(apps)))
    return [each for each in found if each is not None]


def echoes(body: Mapping[str, Any], pages: Sequence[str]) -> list[Echo]:
    """The messages of a batch that show what one of our `pages` sent under a name of ours; raises Malformed."""
    found = []
    for event in events(body, pages):
        message = part(event.told, "message")
        name, mid = words(message, "metadata"), words(message, "mid")
        if message.get("is_echo") and event.person and name and mid:
            found.append(Echo(NAME, event.account, event.person, mid, name))
    return found


def asks_for_thread(event: Event) -> bool:
    """Whether staff in the page's inbox ask to be given the thread, which our app holds."""
    asked = part(event.told, "request_thread_control")
    return not event.standby and words(asked, "requested_owner_app_id") == PAGE_INBOX


def _aside(event: Event, app_id: str) -> Aside | None:
    message = part(event.told, "message")
    if "app_roles" in event.told:
        log.info("the page's owner changed which app comes first", page=event.page)
        return None
    if not event.person:
        return None
    if message.get("is_echo"):
        return _echo(event, message, app_id)
    if "delivery" in event.told or "read" in event.told:
        return _receipt(event)
    return _ownership(event, app_id)


def _echo(event: Event, message: Mapping[str, Any], app_id: str) -> PersonWrote | None:
    """What the page sent; our own messages carry our names for them."""
    sender = words(message, "app_id")
    ours = sender == app_id if app_id and sender else words(message, "metadata").partition("/")[0].isdecimal()
    if ours or not words(message, "mid"):
        return None
    return PersonWrote(NAME, event.account, event.person, event.at, words(message, "mid"), said(message))


def _receipt(event: Event) -> Receipt | None:
    told = part(event.told, "read", "delivery")
    sent = told.get("mids")
    mids = tuple(each for each in sent if isinstance(each, str)) if isinstance(sent, list) else ()
    up_to = moment(told.get("watermark"), 1000)
    if not (mids or up_to):
        return None
    seen = "read" in event.told
    return Receipt(NAME, event.account, event.person, event.at, seen, () if seen else mids, up_to)


def _ownership(event: Event, app_id: str) -> PersonWrote | PersonLeft | None:
    person = (NAME, event.account, event.person, event.at)
    if asks_for_thread(event):
        return PersonWrote(*person)
    taken, passed = part(event.told, "take_thread_control"), part(event.told, "pass_thread_control")
    if not (taken or passed):
        return None
    owner = words(taken or passed, "new_owner_app_id")
    if owner and app_id:
        is_ours = owner == app_id
    else:  # who takes a thread need not be named, but only who lost it hears of it; who is passed one hears of it
        is_ours = bool(passed) and owner != PAGE_INBOX and not event.standby
    return PersonLeft(*person) if is_ours else PersonWrote(*person)
