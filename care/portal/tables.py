"""The tables of the portal; migrations/versions/0013_portal.py says what keeps them true."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Table


class PortalFile(Table):
    """A request by the portal's own number; `told_event` is the last event that the portal accepted."""

    __tablename__ = "portal_file"
    number: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("care.ticket.id"))
    told_event: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class PortalNonce(Table):
    """A call that was made; heard once."""

    __tablename__ = "portal_nonce"
    nonce: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
