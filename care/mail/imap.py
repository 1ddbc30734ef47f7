"""Polling a mailbox by IMAP: a letter is marked as read only once it is stored."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from care.mail.head import head_bytes
from care.mail.incoming import LARGEST, TooManyLetters, store_letter
from care.mail.letter import TOO_LARGE
from care.wired import Care

log = logging.getLogger(__name__)
BATCH = 500
TIMEOUT_S = 30


@dataclass(frozen=True)
class Mailbox:
    """Where to look for letters."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    tls: bool = True


def poll(care: Care, box: Mailbox) -> int:
    """Store what is unread; returns how many letters were new. A server that does not answer is tried at the next poll."""
    new = 0
    try:
        with _opened(box) as mailbox:
            for uid in mailbox.uids("UNSEEN")[:BATCH]:
                try:
                    stored = _store(care, mailbox, uid)
                except TooManyLetters:
                    continue  # it waits in the mailbox; the letters of others are not held up
                if stored is not None:
                    mailbox.flag(uid, MailMessageFlags.SEEN, True)
                    new += stored
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        log.warning("the mailbox does not answer: %s", type(error).__name__)
    return new


def _store(care: Care, mailbox: BaseMailBox, uid: str) -> bool | None:
    """Whether the letter is new; None when it is gone meanwhile. Of one that is too large only the head is taken."""
    size = _size(mailbox, uid)
    if size is None:
        return None
    raw = _part(mailbox, uid, "BODY.PEEK[]" if size <= LARGEST else "BODY.PEEK[HEADER]")
    if raw is None:
        return None
    if size > LARGEST:
        raw = f"{TOO_LARGE}: {size}\r\n".encode() + head_bytes(raw)[:LARGEST]
    return store_letter(care, raw, None)


@contextlib.contextmanager
def _opened(box: Mailbox) -> Iterator[BaseMailBox]:
    mailbox: BaseMailBox = (
        MailBox(box.host, box.port, timeout=TIMEOUT_S, ssl_context=ssl.create_default_context())
        if box.tls
        else MailBoxUnencrypted(box.host, box.port, timeout=TIMEOUT_S)
    )
    try:
        mailbox.login(box.user, box.password, box.folder)
        yield mailbox
        mailbox.logout()
    finally:
        mailbox.client.shutdown()


def _size(mailbox: BaseMailBox, uid: str) -> int | None:
    for line in _fetched(mailbox, uid, "RFC822.SIZE"):
        text = line[0] if isinstance(line, tuple) else line
        found = re.search(rb"RFC822\.SIZE (\d+)", text) if isinstance(text, bytes) else None
        if found:
            return int(found[1])
    return None


def _part(mailbox: BaseMailBox, uid: str, part: str) -> bytes | None:
    """Bytes as the server holds them, never parsed and written anew; reading does not mark the letter."""
    return next((bytes(line[1]) for line in _fetched(mailbox, uid, part) if isinstance(line, tuple)), None)


def _fetched(mailbox: BaseMailBox, uid: str, part: str) -> list[Any]:
    status, data = mailbox.client.uid("FETCH", uid, f"({part})")
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH {part}: {status}")
    return list(data)
