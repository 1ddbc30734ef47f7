"""The shapes of bill estimates."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from care.shapes import Given, Sent

LARGEST_KWH = 1_000_000
LARGEST_KWH_BUSINESS = 100_000_000
Kwh = Annotated[float, Field(ge=0, le=LARGEST_KWH_BUSINESS, allow_inf_nan=False, strict=True)]
Households = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
Day = Annotated[date, Field(ge=EARLIEST, lt=LATEST)]
LONGEST_PERIOD_DAYS = 366


class KwhByTime(Sent):
    """Use by hours; hours not named are 0."""

    normal: Kwh = 0
    peak: Kwh = 0
    off_peak: Kwh = 0


class Period(Sent):
    """The days billed, the first and the last one included."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise ValueError("ends before it begins")
        if (self.to - self.from_).days >= LONGEST_PERIOD_DAYS:
            raise ValueError(f"more than {LONGEST_PERIOD_DAYS} days")
        return self


class Stay(Sent):
    """So many tenants for so many days of the month."""

    persons: Annotated[int, Field(ge=1, le=1_000)]
    days: Annotated[int, Field(ge=1, le=31)]


class MeterReadings(Sent):
    """Two readings of one meter instead of kWh; a meter that passed its last number starts at 0 again."""

    old: Annotated[int, Field(ge=0)]
    new: Annotated[int, Field(ge=0)]
    digits: Annotated[int, Field(ge=4, le=8)] = 5


class EstimateAsked(Sent):
    """What to estimate. One of `kwh`, `kwh_by_time` and `readings`; `date` is the invoice's day.

    `tenants`: four persons have one household's limits; `declared` false means that the lease is short and nobody told the
    seller, so all is at the third tier's price. `asked`: what a landlord asks, to see what is too much.
    """

    kwh: Kwh | None = None
    tariff_group: Annotated[str, Field(min_length=1, max_length=60)] = "residential"
    households: Households | None = None
    voltage: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    kwh_by_time: KwhByTime | None = None
    period: Period | None = None
    tenants: (
        Annotated[int, Field(ge=1, le=1_000)] | Annotated[list[Stay], Field(min_length=1, max_length=50)] | None
    ) = None
    declared: bool = True
    date: Day | None = None
    readings: MeterReadings | None = None
    asked: Annotated[int, Field(ge=0, le=10**12)] | None = None


class EstimateGiven(Given):
    """An amount in đồng; `breakdown` is [[kWh, price]]. Not `confirmed` when a rule or rate in it is not certain."""

    kwh: float
    tariff_group: str
    households: float | None
    ex_vat: int
    vat_percent: int
    vat: int
    total: int
    breakdown: list[tuple[float, int]]
    confirmed: bool
    unconfirmed: list[Literal["vat", "period", "prices"]]
    decision: str
    prices_checked_until: date
    overcharge: int | None = None
