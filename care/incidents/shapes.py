"""The shapes of incidents in the care API."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from care.shapes import Given, HistoryEntry, OutageGiven, Page, Sent
from care.values import Code, ConversationId, Line, OutageStatus, Words


class IncidentGiven(OutageGiven):
    """An incident: an outage with what reports made of it. `customers` counts the people who reported it."""

    whole_feeder: bool
    held: bool
    merged_into: str | None
    tickets: int
    customers: int
    history: tuple[HistoryEntry, ...] = ()


class IncidentPage(Given):
    """One page of incidents, newest first."""

    items: list[IncidentGiven]
    next: str | None


class IncidentQuery(Page):
    """Filters of the list of incidents; `open` keeps those that are not over, or only those that are."""

    open: bool | None = None
    status: OutageStatus | None = None
    province: Line | None = None
    station: Code | None = None
    feeder: Code | None = None


class Merge(Sent):
    """Which incident is taken in."""

    other: Code
    by: Line | None = None
    note: Words | None = None


class Split(Sent):
    """Which stations become an incident of their own."""

    stations: Annotated[list[Code], Field(min_length=1, max_length=5_000)]
    by: Line | None = None
    note: Words | None = None


class Reopen(Sent):
    """Who says that power is not back."""

    by: Line | None = None
    note: Words | None = None


class Follow(Sent):
    """Who wants to hear of an outage."""

    conversation_id: ConversationId


class Following(Given):
    """What is followed."""

    code: str
