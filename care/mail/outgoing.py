"""Letters to be sent: queued with what they tell, sent by the jobs process, each with an id made from its key."""

from __future__ import annotations

import hashlib
import mailbox
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy import text as statement
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.codes import ticket_code
from care.errors import MailFailed
from care.mail.queue import first_due, seconds_to_next
from care.mail.tables import MailOut
from care.notices.tables import NoticeRow
from care.tables import Ticket
from care.wired import Care

MAIL_OUT = "care_mail_out"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
LEASE = timedelta(minutes=5)
ANSWERS_A_DAY = 20
TIMEOUT_S = 30.0
NOTICE = "notice:"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def queue_mail(
    session: Session, key: str, to: str, subject: str, text: str, in_reply_to: str | None, now: datetime
) -> None:
    """One letter, inside the caller's transaction; the same key again changes nothing.

    Beyond twenty answers a day to one address nothing is queued: whoever answers us so often is a machine.
    """
    day = now - timedelta(days=1)
    count = select(func.count()).select_from(MailOut).where(MailOut.recipient == to, MailOut.created_at > day)
    if not key.startswith(NOTICE) and (session.scalar(count) or 0) >= ANSWERS_A_DAY:
        return
    code = ticket_code(subject[1:].partition("]")[0]) if subject.startswith("[") else None
    ticket = session.scalar(select(Ticket.id).where(Ticket.code == code)) if code else None
    values = {
        "key": key,
        "message_id": f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@cskh>",
        "recipient": to,
        "subject": subject,
        "text": text,
        "in_reply_to": in_reply_to,
        "ticket_id": ticket,
        "created_at": now,
        "due_at": now,
    }
    session.execute(insert(MailOut).values(values).on_conflict_do_nothing(index_elements=[MailOut.key]))
    session.execute(statement("SELECT pg_notify(:topic, '')"), {"topic": MAIL_OUT})


class Transport(Protocol):
    """Hands a letter over."""

    def send(self, letter: EmailMessage) -> None:
        """Send it; raises MailFailed."""


@dataclass(frozen=True)
class SmtpTransport:
    """A mail server; STARTTLS when it offers it, a login (outside this machine never without TLS) when there is one."""

    host: str
    port: int
    user: str = ""
    password: str = ""

    def send(self, letter: EmailMessage) -> None:
        """See `Transport`."""
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S) as server:
                server.ehlo_or_helo_if_needed()
                if server.has_extn("starttls"):
                    # Checked against the name: whoever sits in between must not read the password.
                    server.starttls(context=ssl.create_default_context())
                elif self.user and self.host not in LOOPBACK:
                    raise MailFailed("the server offers no TLS, so nobody logs in")
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            status = max(code for code, _ in error.recipients.values())
            raise MailFailed(f"refused {status}", for_ever=status >= 500) from error
        except smtplib.SMTPResponseException as error:
            raise MailFailed(f"SMTP {error.smtp_code}", for_ever=error.smtp_code >= 550) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed(type(error).__name__) from error


@dataclass(frozen=True)
class FolderTransport:
    """For demonstration: letters into a maildir that any mail program can open."""

    folder: Path

    def send(self, letter: EmailMessage) -> None:
        """See `Transport`."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(self.folder).add(letter)


class MailOutbox:
    """Sends the waiting letters, oldest first, one at a time."""

    def __init__(self, care: Care, transport: Transport, sender: str, name: str) -> None:
        self._care, self._transport = care, transport
        self._from = formataddr((name, sender))

    def work_once(self) -> bool:
        """Send one letter; False when none is due."""
        now = self._care.now()
        with self._care.database.transaction() as session:
            row = first_due(session, MailOut, now)
            if row is None:
                return False
            # Should we die while sending, it is sent again, with the same Message-ID.
            row.due_at = now + LEASE
            row.attempts += 1
            number, attempts, letter = row.id, row.attempts, self._letter(row, now)
            session.commit()
        try:
            self._transport.send(letter)
        except MailFailed as failure:
            self._failed(number, attempts, failure, now)
        else:
            self._sent(number)
        return True

    def next_in_s(self) -> float | None:
        """Seconds until a letter is to be tried again."""
        return seconds_to_next(self._care, MailOut)

    def _letter(self, row: MailOut, now: datetime) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"] = self._from, row.recipient
        letter["Subject"] = " ".join(row.subject.split())
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = row.message_id
        if row.in_reply_to:
            letter["In-Reply-To"] = letter["References"] = row.in_reply_to
        letter["Auto-Submitted"] = "auto-replied"
        letter["X-Auto-Response-Suppress"] = "All"
        letter["X-Care-Loop"] = "1"
        letter.set_content(row.text)
        return letter

    def _sent(self, number: int) -> None:
        with self._care.database.transaction() as session:
            row = session.get_one(MailOut, number, with_for_update=True)
            row.status, row.sent_at, row.reason = "sent", self._care.now(), None
            session.commit()

    def _failed(self, number: int, attempts: int, failure: MailFailed, now: datetime) -> None:
        with self._care.database.transaction() as session:
            row = session.get_one(MailOut, number, with_for_update=True)
            row.reason = str(failure)
            if failure.for_ever or attempts > len(PAUSES):
                row.status = "failed"
                if row.key.startswith(NOTICE):
                    # Nobody was told: the news turns up among those to be called.
                    its = NoticeRow.key == row.key.removeprefix(NOTICE)
                    session.execute(update(NoticeRow).where(its).values(status="no way"))
            else:
                row.due_at = now + PAUSES[attempts - 1]
            session.commit()
