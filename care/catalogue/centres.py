"""The five care centres, the provinces they serve and the prefixes of customer codes."""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from care.catalogue.services import CentreCode as CentreCode
from care.catalogue.services import Text
from care.catalogue.yaml_file import Entry


class Hours(Entry):
    """From opening to closing, Vietnamese time."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens after it closes")
        return self


class OpeningHours(Entry):
    """Agents' desk hours (every day) and office hours (working days)."""

    desk: Hours
    office: Hours


class Centre(Entry):
    """One care centre and how it is reached; None means that nothing official was found."""

    code: CentreCode
    name_vi: Text
    hotline: list[Text]
    website: Text
    email: Text | None = None
    facebook: Text | None = None
    zalo: Text | None = None
    app: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    provinces: list[Text]


class Province(Entry):
    """One of the 34 provinces, what it absorbed in 2025, and its power company."""

    name: Text
    absorbed: tuple[Text, ...] = ()
    company: Text


class Prefix(Entry):
    """The start of a customer code and the province of today that it belongs to."""

    prefix: Annotated[str, StringConstraints(pattern=r"^P[A-Z][0-9A-Z]{0,4}$")]
    issued_in: Text
    province: Text
    confidence: Literal["confirmed", "unconfirmed"] = "confirmed"


class ScamNumber(Entry):
    """A number that poses as ours."""

    number: Text
    note: Text


class National(Entry):
    """What serves the whole country."""

    hotline: Text
    app: Text
    emergency: dict[str, str]
    scam_numbers: tuple[ScamNumber, ...] = ()


class CentreFile(Entry):
    """centres.yaml as a whole; every province has exactly one centre."""

    version: str
    national: National
    hours: OpeningHours
    default_centre: CentreCode
    centres: list[Centre]
    provinces: list[Province]
    prefixes: list[Prefix]

    @model_validator(mode="after")
    def _each_province_has_one_centre(self) -> Self:
        served = [name for centre in self.centres for name in centre.provinces]
        names = {province.name for province in self.provinces}
        if twice := {name for name in served if served.count(name) > 1}:
            raise ValueError(f"served by two centres: {sorted(twice)}")
        if names != set(served):
            raise ValueError(f"provinces without a centre, or unknown: {sorted(names ^ set(served))}")
        if lost := {prefix.province for prefix in self.prefixes} - names:
            raise ValueError(f"prefixes of unknown provinces: {sorted(lost)}")
        return self
