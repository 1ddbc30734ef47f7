"""Polling a mailbox by IMAP: a letter is marked as read only once it is stored."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from imap_tools import MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from care.mail.incoming import LARGEST, TooManyLetters, store_letter
from care.wired import Care

log = logging.getLogger(__name__)
BATCH = 50


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
    kind = MailBox if box.tls else MailBoxUnencrypted
    new = 0
    try:
        with kind(box.host, box.port, timeout=30).login(box.user, box.password, box.folder) as mailbox:
            sizes = {
                one.uid: one.size_rfc822
                for one in mailbox.fetch("UNSEEN", headers_only=True, mark_seen=False, limit=BATCH)
            }
            for uid, size in sizes.items():
                if uid is None:
                    continue
                if size <= LARGEST:
                    for letter in mailbox.fetch(f"UID {uid}", mark_seen=False):
                        new += store_letter(care, letter.obj.as_bytes(), None)
                mailbox.flag(uid, MailMessageFlags.SEEN, True)
    except TooManyLetters:
        log.warning("too many letters of one sender, the rest waits in the mailbox")
    except (ImapToolsError, OSError) as error:
        log.warning("the mailbox does not answer: %s", type(error).__name__)
    return new
