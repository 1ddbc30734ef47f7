"""The SMTP and LMTP door: a letter is taken only once it is stored."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from care.errors import CareError
from care.mail.incoming import LARGEST, TooManyLetters, store_letter
from care.wired import Care

log = logging.getLogger(__name__)
MOST_RECIPIENTS = 20


class _Handler:
    def __init__(self, care: Care, addresses: frozenset[str]) -> None:
        self._care, self._addresses = care, addresses

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if self._addresses and address.lower() not in self._addresses:
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        if not content.strip():
            return "554 5.6.0 An empty letter"
        try:
            await asyncio.to_thread(store_letter, self._care, content, envelope.mail_from or "")
        except TooManyLetters:
            return "451 4.7.1 Too many letters from this sender, try again later"
        except CareError:
            return "451 4.3.0 The database does not answer, try again later"
        return "250 2.0.0 Stored"


class MailDoor:
    """Listens until it is stopped; `addresses` are the mailboxes that are ours, all when empty."""

    def __init__(self, care: Care, host: str, port: int, addresses: frozenset[str], *, lmtp: bool = False) -> None:
        kind: Any = LMTP if lmtp else SMTP

        class Door(Controller):
            def factory(self) -> SMTP:
                server: SMTP = kind(
                    self.handler, data_size_limit=LARGEST, ident="mail", hostname="cskh", enable_SMTPUTF8=True
                )
                return server

        self._controller = Door(_Handler(care, addresses), hostname=host, port=port, ready_timeout=10)

    def start(self) -> None:
        """Open it; raises OSError when the port is taken."""
        self._controller.start()

    def stop(self) -> None:
        """Close it."""
        self._controller.stop(no_assert=True)
