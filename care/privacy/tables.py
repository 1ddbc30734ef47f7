"""The table of accesses; migrations/versions/0012_privacy.py says what keeps it true."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Table


class Access(Table):
    """Somebody saw private data; only ever appended."""

    __tablename__ = "access"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    door: Mapped[str]
    whose: Mapped[str]
    why: Mapped[str | None]
