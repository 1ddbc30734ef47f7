"""The table of attachments; migrations/versions/0009_attachments.py says what keeps it true."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Table


class Attachment(Table):
    """A file of a ticket."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("care.ticket.id"))
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
