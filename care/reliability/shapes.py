"""The shapes of figures in the care API."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from care.shapes import Given, Sent

Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class ReliabilityGiven(Given):
    """SAIDI and CAIDI in minutes, SAIFI in interruptions, per customer served, of one province or centre in a month."""

    area: str
    month: str
    customers: int
    interruptions: int
    saidi: float
    saifi: float
    caidi: float | None


class ReliabilityList(Given):
    """All areas of a month."""

    items: list[ReliabilityGiven]


class QualityGiven(Given):
    """Requests of one service at one centre in a month; None where nothing ended or nothing was promised."""

    centre: str
    service: str
    month: str
    requests: int
    ended: int
    in_time_percent: float | None
    median_hours: float | None


class QualityList(Given):
    """All centres and services of a month."""

    items: list[QualityGiven]


class ReliabilityQuery(Sent):
    """Which month, and by what."""

    month: Month
    by: Literal["province", "centre"] = "province"


class QualityQuery(Sent):
    """Which month."""

    month: Month
