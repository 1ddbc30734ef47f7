"""The tables of identity; migrations/versions/0008_identity.py says what keeps them true."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Table


class OneTimeCode(Table):
    """A code that was sent; only its hash is kept."""

    __tablename__ = "one_time_code"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer_code: Mapped[str]
    conversation_id: Mapped[str]
    phone: Mapped[str]
    salt: Mapped[bytes]
    hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    over_at: Mapped[datetime | None]


class Verified(Table):
    """A conversation that may see a contract's data until a moment."""

    __tablename__ = "verified"
    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    customer_code: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
