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
MOST_CONNECTIONS = 10  # at once; each may hold a whole letter
LONGEST_LINE = 64 * 1024  # old programs write whole paragraphs in one line
MOST_READ = 2 * LARGEST  # a line without end is kept in memory until it ends: beyond this we hang up


class _Handler:
    def __init__(self, care: Care, addresses: frozenset[str], *, lmtp: bool) -> None:
        self._care, self._addresses, self._lmtp = care, addresses, lmtp

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
        reply = await self._taken(envelope)
        # LMTP answers once for each recipient.
        return "\r\n".join([reply] * len(envelope.rcpt_tos)) if self._lmtp else reply

    async def _taken(self, envelope: Envelope) -> str:
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


class _Limits(SMTP):
    """What aiosmtpd leaves open: how many connect at once, and how long one line may be."""

    line_length_limit = LONGEST_LINE
    _connected = 0  # in this process; only the event loop's thread counts
    _counted = False
    _read = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self._counted:
            self._counted = True
            _Limits._connected += 1
            if _Limits._connected > MOST_CONNECTIONS:
                self._hang_up(b"421 4.3.2 Too many connections, try again later\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        if self._counted:
            self._counted = False
            _Limits._connected -= 1
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self._read += len(data)
        if self._read > MOST_READ:
            self._hang_up(b"552 5.3.4 Message too big\r\n")
        else:
            super().data_received(data)

    def _set_post_data_state(self) -> None:
        self._read = 0
        super()._set_post_data_state()  # type: ignore[no-untyped-call]  # untyped there

    def _hang_up(self, reply: bytes) -> None:
        if isinstance(self.transport, asyncio.Transport) and not self.transport.is_closing():
            self.transport.write(reply)
            self.transport.close()


class _LimitedLmtp(_Limits, LMTP):
    pass


class MailDoor:
    """Listens until it is stopped; `addresses` are the mailboxes that are ours, all when empty."""

    def __init__(self, care: Care, host: str, port: int, addresses: frozenset[str], *, lmtp: bool = False) -> None:
        kind: Any = _LimitedLmtp if lmtp else _Limits

        class Door(Controller):
            def factory(self) -> SMTP:
                server: SMTP = kind(
                    self.handler, data_size_limit=LARGEST, ident="mail", hostname="cskh", enable_SMTPUTF8=True
                )
                return server

        self._controller = Door(_Handler(care, addresses, lmtp=lmtp), hostname=host, port=port, ready_timeout=10)

    def start(self) -> None:
        """Open it; raises OSError when the port is taken."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's own tells every address
        self._controller.start()

    def stop(self) -> None:
        """Close it."""
        self._controller.stop(no_assert=True)
