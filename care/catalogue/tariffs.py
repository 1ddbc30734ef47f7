"""Retail prices: price lists by date, with tiers, one price, or prices by voltage and hours; VAT by date."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from care.catalogue.services import Confidence, Text
from care.catalogue.yaml_file import Entry

Dong = Annotated[int, Field(gt=0)]
GroupId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-zA-Z0-9_]+)*$")]
LOW_VOLTAGE = "lt_6kV"
Band = Literal["normal", "peak", "off_peak"]


class Vat(Entry):
    """Value-added tax from one day to another; `until` None has no end."""

    percent: Annotated[int, Field(ge=0, le=100)]
    from_: Annotated[date, Field(alias="from")]
    until: date | None
    confidence: Confidence


class Hours(Entry):
    """Hours of some days, Vietnamese time."""

    days: Text
    hours: list[Text]


class TimeOfUse(Entry):
    """Which hours are peak, normal and off-peak as billed now."""

    status: Text
    confidence: Confidence
    peak: list[Hours]
    off_peak: list[Hours]
    normal: list[Hours]


class ByTime(Entry):
    """Prices of one voltage; without peak there is one price for all hours."""

    normal: Dong
    off_peak: Dong | None = None
    peak: Dong | None = None


class Group(Entry):
    """One group of customers: `tiers` of rising use, one `price`, or prices by voltage."""

    id: GroupId
    name_vi: Text
    confidence: Confidence
    tiers: list[Dong] | None = None
    price: Dong | None = None
    voltages: dict[Text, ByTime] | None = None

    @model_validator(mode="after")
    def _one_kind_of_price(self) -> Self:
        if sum(kind is not None for kind in (self.tiers, self.price, self.voltages)) != 1:
            raise ValueError("a group has either tiers or one price or voltages")
        return self

    def by_time(self, voltage: str | None) -> ByTime | None:
        """The prices at a voltage, the lowest when none is named; None when there is no such voltage."""
        if self.voltages is None:
            return ByTime(normal=self.price) if self.price is not None and voltage in (None, LOW_VOLTAGE) else None
        return self.voltages.get(voltage or list(self.voltages)[-1])


class PriceList(Entry):
    """The prices of one decision, from a day until the next list begins. `limits` are the tiers' ends in kWh a month."""

    decision: Text
    from_: Annotated[date, Field(alias="from")]
    confidence: Confidence
    limits: list[Dong]
    undeclared_tier: Annotated[int, Field(ge=1)]
    groups: list[Group]

    @model_validator(mode="after")
    def _tiers_fit_the_limits(self) -> Self:
        if self.limits != sorted(set(self.limits)):
            raise ValueError("limits must grow")
        for group in self.groups:
            if group.tiers is not None and len(group.tiers) != len(self.limits) + 1:
                raise ValueError(f"{group.id}: one tier more than limits")
        if self.undeclared_tier > len(self.limits) + 1:
            raise ValueError("undeclared_tier: there is no such tier")
        return self

    def group(self, name: str) -> Group | None:
        """The group of that id."""
        return next((group for group in self.groups if group.id == name), None)


class TariffFile(Entry):
    """tariffs.yaml as a whole; prices in đồng per kWh without VAT. No newer decision was found until `checked_until`."""

    version: str
    checked_until: date
    sources: list[Text]
    vat: list[Vat]
    persons_per_household: Annotated[int, Field(gt=0)]
    time_of_use: TimeOfUse
    aliases: dict[str, GroupId]
    lists: list[PriceList]

    @model_validator(mode="after")
    def _in_order_and_known(self) -> Self:
        starts = [one.from_ for one in self.lists]
        if not starts or starts != sorted(set(starts)):
            raise ValueError("price lists stand in the order of their days")
        for alias, name in self.aliases.items():
            if self.lists[-1].group(name) is None:
                raise ValueError(f"aliases.{alias}: there is no group {name}")
        for earlier, later in zip(self.vat, self.vat[1:], strict=False):
            if earlier.until is None or earlier.until >= later.from_:
                raise ValueError("VAT periods stand in order and do not overlap")
        return self

    def list_on(self, day: date) -> PriceList | None:
        """The prices in force on a day; None before the first list."""
        return next((one for one in reversed(self.lists) if one.from_ <= day), None)

    def vat_on(self, day: date) -> Vat | None:
        """The VAT of an invoice of that day."""
        return next((one for one in self.vat if one.from_ <= day and (one.until is None or day <= one.until)), None)
