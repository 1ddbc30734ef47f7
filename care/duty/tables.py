"""The table of duty alerts; migrations/versions/0015_duty.py says what keeps it true."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Json, Table


class DutyAlert(Table):
    """One thing that the staff's group is told; `facts` fill the blanks of its sentence."""

    __tablename__ = "duty_alert"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[str]
    kind: Mapped[str]
    facts: Mapped[Json]
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    message_id: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    tell_at: Mapped[datetime | None]
