"""The tables of incidents; migrations/versions/0005_incidents.py says what keeps them true."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from care.tables import Table


class Report(Table):
    """A ticket of no power, placed on the network; `incident` as on the ticket."""

    __tablename__ = "report"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("care.ticket.id"), primary_key=True)
    person: Mapped[str]
    station: Mapped[str]
    feeder: Mapped[str]
    at: Mapped[datetime]
    incident: Mapped[str | None]


class Incident(Table):
    """What an outage of kind `incident` that reports made or an operator drew knows beyond an outage."""

    __tablename__ = "incident"
    code: Mapped[str] = mapped_column(ForeignKey("care.outage.code"), primary_key=True)
    whole_feeder: Mapped[bool] = mapped_column(default=False)
    held: Mapped[bool] = mapped_column(default=False)
    merged_into: Mapped[str | None]


class OutageFollower(Table):
    """A conversation that was told of the outage and hears its news."""

    __tablename__ = "outage_follower"
    outage_id: Mapped[int] = mapped_column(ForeignKey("care.outage.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class ServedStreet(Table):
    """A street of a ward and a station that supplies customers in it."""

    __tablename__ = "served_street"
    ward_key: Mapped[str] = mapped_column(primary_key=True)
    street_key: Mapped[str] = mapped_column(primary_key=True)
    station: Mapped[str] = mapped_column(primary_key=True)
    street: Mapped[str]
    province: Mapped[str]
    feeder: Mapped[str]
