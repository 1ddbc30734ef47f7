"""The tables of the schema `care`; migrations/versions/0002_care.py says what keeps them true."""

from datetime import date, datetime

from pydantic import JsonValue
from sqlalchemy import BigInteger, ForeignKey, Identity, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, JsonValue]


class Table(DeclarativeBase):
    """Base of all tables."""

    __table_args__ = {"schema": "care"}  # noqa: RUF012  SQLAlchemy's own idiom
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy's own idiom
        str: Text,
        datetime: TIMESTAMP(timezone=True),
        list[str]: ARRAY(Text),
        Json: JSONB(none_as_null=True),
        bytes: LargeBinary,
    }


class Station(Table):
    """A transformer station: where it stands and which feeder supplies it."""

    __tablename__ = "station"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    feeder: Mapped[str]
    ward: Mapped[str]
    province: Mapped[str]
    centre: Mapped[str]
    demo: Mapped[bool]
    reading_day: Mapped[int | None]


class Customer(Table):
    """A contract: who is supplied where, from which station."""

    __tablename__ = "customer"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phones: Mapped[list[str]]
    address: Mapped[str]
    street: Mapped[str]
    ward: Mapped[str]
    province: Mapped[str]
    tariff_group: Mapped[str]
    households: Mapped[int]
    station: Mapped[str]
    feeder: Mapped[str]
    centre: Mapped[str]
    demo: Mapped[bool]
    restricted_at: Mapped[datetime | None]


class Bill(Table):
    """One month's invoice in đồng; number, ex_vat and issued_at are None where it came without."""

    __tablename__ = "bill"
    customer_code: Mapped[str] = mapped_column(ForeignKey("care.customer.code"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    kwh: Mapped[int]
    total: Mapped[int] = mapped_column(BigInteger)
    paid: Mapped[bool]
    due_at: Mapped[date]
    number: Mapped[str | None]
    ex_vat: Mapped[int | None] = mapped_column(BigInteger)
    issued_at: Mapped[date | None]


class Outage(Table):
    """A planned outage or an incident; the `_key` columns hold what look-ups compare."""

    __tablename__ = "outage"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    code: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    area: Mapped[str]
    area_key: Mapped[str]
    stations: Mapped[list[str]]
    wards: Mapped[list[str]]
    ward_keys: Mapped[list[str]]
    province: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    reason: Mapped[str]
    centre: Mapped[str]
    import_key: Mapped[str | None]
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class OutageEvent(Table):
    """What happened to an outage; only ever appended."""

    __tablename__ = "outage_event"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    outage_id: Mapped[int] = mapped_column(ForeignKey("care.outage.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    event: Mapped[str]
    note: Mapped[str | None]


class Ticket(Table):
    """A customer's request as it stands now; how it came here is in TicketEvent."""

    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    code: Mapped[str]
    service: Mapped[str]
    fault: Mapped[str | None]
    priority: Mapped[str]
    status: Mapped[str]
    channel: Mapped[str]
    conversation_id: Mapped[str | None]
    customer_code: Mapped[str | None]
    contact_name: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[Json]
    description: Mapped[str | None]
    details: Mapped[Json]
    centre: Mapped[str]
    routed_by: Mapped[str]
    incident: Mapped[str | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    email: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    warned: Mapped[int] = mapped_column(default=0)
    confidential: Mapped[bool] = mapped_column(default=False)
    search_key: Mapped[str]


class TicketEvent(Table):
    """What happened to a ticket; only ever appended. `facts` alone holds personal data."""

    __tablename__ = "ticket_event"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("care.ticket.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    event: Mapped[str]
    note: Mapped[str | None]
    facts: Mapped[Json | None]


class Idempotency(Table):
    """The first answer to a call with an Idempotency-Key; `answer` None while it is being made."""

    __tablename__ = "idempotency"
    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    status: Mapped[int | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime]


class StatusTry(Table):
    """Wrong look-ups of one ticket code, or by one asker."""

    __tablename__ = "status_try"
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    wrong: Mapped[int]
    last_at: Mapped[datetime]
