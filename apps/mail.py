"""Mail as the jobs process wires it: the door, the inbox, the outbox, the mailbox that is polled."""

from __future__ import annotations

from apps.care_room import file_store
from apps.timers import TIMERS, Timer
from care import Care
from care.mail.door import MailDoor
from care.mail.imap import Mailbox, poll
from care.mail.incoming import MAIL_IN, MailInbox
from care.mail.outgoing import MAIL_OUT, FolderTransport, MailOutbox, SmtpTransport, Transport
from conversations import WorkLoop
from settings import Settings

NAME = "Chăm sóc khách hàng điện lực"


def mail_door(settings: Settings, care: Care) -> MailDoor:
    """Takes letters to our address, in demonstration to any."""
    addresses = frozenset({settings.mail_address.lower()}) if settings.app_env == "production" else frozenset[str]()
    return MailDoor(care, settings.bind_host, settings.mail_port, addresses, lmtp=settings.mail_lmtp)


def mail_loops(settings: Settings, care: Care) -> list[WorkLoop]:
    """What handles and sends letters. In production without a mail server answers wait in the outbox."""
    inbox = MailInbox(care, file_store(settings), frozenset({settings.mail_address.lower()}))
    loops = [WorkLoop(inbox, settings.database_url, MAIL_IN, threads=2)]
    if (transport := _transport(settings)) is not None:
        outbox = MailOutbox(care, transport, settings.mail_address, NAME)
        loops.append(WorkLoop(outbox, settings.database_url, MAIL_OUT, threads=1))
    if settings.imap_host:
        box = Mailbox(
            host=settings.imap_host,
            port=settings.imap_port,
            user=settings.imap_user,
            password=settings.imap_password,
            folder=settings.imap_folder,
            tls=settings.imap_tls,
        )
        polling = Timer(lambda: poll(care, box), settings.imap_every_s)
        loops.append(WorkLoop(polling, settings.database_url, TIMERS, threads=1))
    return loops


def _transport(settings: Settings) -> Transport | None:
    if settings.smtp_host:
        return SmtpTransport(settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password)
    return None if settings.app_env == "production" else FolderTransport(settings.var_dir / "mail")
