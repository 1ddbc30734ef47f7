"""The tables of mail; migrations/versions/0010_mail.py says what keeps them true."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Table


class MailIn(Table):
    """One letter received; stored before its sender is told so."""

    __tablename__ = "mail_in"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str]
    message_id: Mapped[str | None]
    sender: Mapped[str]
    envelope_from: Mapped[str | None]
    size: Mapped[int]
    raw: Mapped[bytes | None]
    status: Mapped[str] = mapped_column(default="waiting")
    reason: Mapped[str | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("care.ticket.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class MailThread(Table):
    """Who writes about a ticket by mail; only these addresses may add to it."""

    __tablename__ = "mail_thread"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("care.ticket.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    last_message_id: Mapped[str | None]


class MailOut(Table):
    """One letter to be sent."""

    __tablename__ = "mail_out"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str]
    message_id: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    in_reply_to: Mapped[str | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("care.ticket.id"))
    status: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
