"""The table of notices; migrations/versions/0004_notices.py says what keeps it true."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Table


class NoticeRow(Table):
    """One piece of news for one customer."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str]
    about: Mapped[str]
    text: Mapped[str]
    buttons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    conversation_id: Mapped[str | None]
    email: Mapped[str | None]
    subject: Mapped[str | None]
    in_reply_to: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="waiting")
    created_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    message_id: Mapped[int | None]
