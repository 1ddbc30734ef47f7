"""The shapes of the care API: what callers send and what they get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from care.catalogue.centres import CentreCode
from care.catalogue.services import Priority
from care.lifecycle import Status
from care.values import (
    Channel,
    Code,
    ConversationId,
    CustomerCode,
    Details,
    Email,
    Latitude,
    Line,
    Longitude,
    Match,
    Moment,
    OutageKind,
    OutageStatus,
    Phone,
    UntilMoment,
    Words,
    number_as_text,
)


class Sent(BaseModel):
    """Base of what callers send: unknown names are mistakes, types are not guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Given(BaseModel):
    """Base of what callers get."""

    model_config = ConfigDict(frozen=True)


class Address(Sent):
    """A place in words and, when the customer shared it, on the map."""

    text: Line | None = None
    street: Line | None = None
    ward: Line | None = None
    province: Line | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class TicketReport(Sent):
    """A request as a customer, a clerk or the bot files it."""

    service: Annotated[str, StringConstraints(max_length=60)]
    channel: Channel
    conversation_id: ConversationId | None = None
    customer_code: CustomerCode | None = None
    contact_name: Line | None = None
    phone: Phone | None = None
    address: Address | None = None
    description: Words | None = None
    priority: Priority | None = None
    details: Details | None = None
    email: Email | None = None
    by: Line | None = None


class TicketFacts(Sent):
    """Facts learnt later; a name left out stays as it is, null clears it, an address is merged."""

    contact_name: Line | None = None
    phone: Phone | None = None
    customer_code: CustomerCode | None = None
    address: Address | None = None
    description: Words | None = None
    details: Details | None = None
    email: Email | None = None
    by: Line | None = None


class TicketNote(Sent):
    """Something to add to a ticket; from the customer it is the answer that was waited for."""

    text: Words
    by: Line = "customer"


class Transition(Sent):
    """A wished change of state."""

    to: Status
    by: Line | None = None
    note: Words | None = None


class StatusQuestion(Sent):
    """A stranger's look-up: code, last three digits of the ticket's phone, and who asks."""

    code: Annotated[str, StringConstraints(max_length=40)]
    last_three: Annotated[str, BeforeValidator(number_as_text), StringConstraints(max_length=10)]
    asker: ConversationId


class HistoryEntry(Given):
    """One thing that happened to a ticket or outage."""

    at: datetime
    by: str
    event: str
    note: str | None


class AddressGiven(Given):
    """The address of a ticket, every part named."""

    text: str | None = None
    street: str | None = None
    ward: str | None = None
    province: str | None = None
    lat: float | None = None
    lon: float | None = None


class TicketGiven(Given):
    """A ticket with its whole history."""

    code: str
    service: str
    priority: str
    status: str
    channel: str
    conversation_id: str | None
    customer_code: str | None
    contact_name: str | None
    phone: str | None
    address: AddressGiven
    description: str | None
    details: dict[str, JsonValue]
    centre: str
    incident: str | None
    email: str | None
    confidential: bool
    version: int
    created_at: datetime
    due_at: datetime | None
    history: list[HistoryEntry]


class TicketPage(Given):
    """One page of tickets, newest first."""

    items: list[TicketGiven]
    next: str | None


class StatusGiven(Given):
    """What a stranger may know of a ticket."""

    code: str
    status: str
    stage_vi: str
    service_name: str
    due_at: datetime | None


class Page(Sent):
    """Paging of every list."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[str, StringConstraints(max_length=300)] | None = None


class TicketQuery(Page):
    """Filters of the list of tickets."""

    code: Code | None = None
    phone: Phone | None = None
    customer_code: CustomerCode | None = None
    service: Code | None = None
    status: Status | None = None
    conversation_id: ConversationId | None = None
    centre: Code | None = None
    channel: Channel | None = None
    priority: Priority | None = None
    incident: Code | None = None
    q: Line | None = None
    overdue: bool | None = None
    created_after: Moment | None = None
    created_before: UntilMoment | None = None


class OutagePlan(Sent):
    """An outage as planned or found."""

    kind: OutageKind
    status: OutageStatus = "approved"
    area: Words
    stations: Annotated[list[Code], Field(max_length=5_000)] = []
    wards: Annotated[list[Line], Field(max_length=500)] = []
    province: Line
    starts_at: Moment
    ends_at: Moment | None = None
    reason: Line
    centre: CentreCode | None = None
    by: Line | None = None


class OutageChange(Sent):
    """What became different about an outage."""

    status: OutageStatus | None = None
    area: Words | None = None
    stations: Annotated[list[Code], Field(max_length=5_000)] | None = None
    wards: Annotated[list[Line], Field(max_length=500)] | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    reason: Line | None = None
    note: Words | None = None
    by: Line | None = None


class OutageGiven(Given):
    """An outage; `match` says how a look-up by customer code or address found it, best first."""

    code: str
    kind: OutageKind
    status: OutageStatus
    area: str
    stations: list[str]
    wards: list[str]
    province: str
    starts_at: datetime
    ends_at: datetime | None
    reason: str
    centre: str
    match: Match | None = None


class WardGiven(Given):
    """A ward of today."""

    name: str
    province: str


class WardsGiven(Given):
    """The ward that a name means, or the wards that it may mean; nothing of both for a name that is no ward's."""

    ward: WardGiven | None
    candidates: list[WardGiven]


class WardQuery(Sent):
    """A ward's name, old or new, with or without type word and accents."""

    name: Line
    province: Line | None = None


class OutagePage(Given):
    """One page of outages, by start. `candidates` are the wards that the one asked for may be; outages of all are listed."""

    items: list[OutageGiven]
    next: str | None
    candidates: list[WardGiven] = []


class OutageQuery(Page):
    """Filters of the list of outages. `at` ("now" or a moment) keeps those felt at that moment."""

    customer_code: CustomerCode | None = None
    station: Code | None = None
    ward: Line | None = None
    province: Line | None = None
    street: Line | None = None
    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: UntilMoment | None = None
    at: Annotated[Literal["now"] | Moment | None, Field(union_mode="left_to_right")] = None
    kind: OutageKind | None = None
    status: OutageStatus | None = None


class ImportQuery(Sent):
    """Whose schedule a file is; `province` where its rows name none."""

    centre: CentreCode
    province: Line | None = None


class BillGiven(Given):
    """One month's bill in đồng."""

    period: str
    kwh: int
    total: int
    paid: bool
    due_at: date


class CustomerGiven(Given):
    """A contract with its bills, newest first. Private: for our own processes only."""

    code: str
    name: str
    phones: list[str]
    address: str
    ward: str
    province: str
    tariff_group: str
    households: int
    station: str
    feeder: str
    centre: str
    bills: list[BillGiven]


class CustomerPage(Given):
    """One page of customers, by code."""

    items: list[CustomerGiven]
    next: str | None


class CustomerQuery(Page):
    """Filters of the list of customers."""

    phone: Phone | None = None
    province: Line | None = None
    station: Code | None = None
