"""Retail prices: the six residential tiers and one plain price for everybody else."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from care.catalogue.services import Confidence, Text
from care.catalogue.yaml_file import Entry

Dong = Annotated[int, Field(gt=0)]


class Vat(Entry):
    """Value-added tax until a day."""

    percent: Annotated[int, Field(ge=0, le=100)]
    until: date


class Tier(Entry):
    """The price up to so many kWh a month and household; None has no end."""

    upto_kwh: Dong | None
    price: Dong


class TariffFile(Entry):
    """tariffs.yaml as a whole; prices in đồng per kWh without VAT."""

    version: str
    decision: Text
    effective: date
    confidence: Confidence
    vat: Vat
    residential: list[Tier]
    plain: dict[str, Dong]

    @model_validator(mode="after")
    def _tiers_grow_and_end_open(self) -> Self:
        ends = [tier.upto_kwh for tier in self.residential]
        inner = [end for end in ends[:-1] if end is not None]
        if not ends or ends[-1] is not None or len(inner) != len(ends) - 1 or inner != sorted(set(inner)):
            raise ValueError("residential tiers must grow, and only the last has no end")
        return self

    def plain_total(self, group: str, kwh: int, households: int) -> int:
        """A whole month's bill in đồng with VAT, hours of use not told apart. Raises KeyError."""
        ex_vat = self._tiered(kwh, households) if group == "residential" else kwh * self.plain[group]
        return (ex_vat * (100 + self.vat.percent) + 50) // 100

    def _tiered(self, kwh: int, households: int) -> int:
        total, below = 0, 0
        for tier in self.residential:
            upto = kwh if tier.upto_kwh is None else min(kwh, tier.upto_kwh * households)
            total += max(0, upto - below) * tier.price
            below = max(below, upto)
        return total
