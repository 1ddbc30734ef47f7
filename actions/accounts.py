"""What care tells of a contract's account, of prices, and of what a use comes to; đồng, kWh and Vietnamese days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

Json = dict[str, Any]
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Reading:
    """One period's use, `first` to `last` day both included; `old` and `new` are what the meter showed."""

    period: str
    first: date
    last: date
    old: int
    new: int
    kwh: int

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Invoice:
    """One period's bill; `status` is paid, unpaid or overdue."""

    period: str
    kwh: int
    total: int
    status: str
    due: date
    paid_on: date | None


@dataclass(frozen=True)
class Payment:
    """Money received."""

    paid_on: date
    amount: int
    channel: str
    period: str


@dataclass(frozen=True)
class Account:
    """A contract's account, newest first; `debt` is all that is unpaid."""

    code: str
    tariff_group: str
    reading_day: int | None
    readings: tuple[Reading, ...]
    invoices: tuple[Invoice, ...]
    payments: tuple[Payment, ...]
    debt: int

    def reading(self, period: str) -> Reading | None:
        """The reading of a period."""
        return next((one for one in self.readings if one.period == period), None)

    def invoice(self, period: str) -> Invoice | None:
        """The invoice of a period."""
        return next((one for one in self.invoices if one.period == period), None)

    @property
    def unpaid(self) -> tuple[Invoice, ...]:
        """What is still owed, oldest first."""
        return tuple(one for one in reversed(self.invoices) if one.status != "paid")


@dataclass(frozen=True)
class Estimate:
    """What a use comes to; `breakdown` is (kWh, đồng per kWh); not `confirmed` when a rule or rate in it is not certain."""

    kwh: float
    ex_vat: int
    vat_percent: int
    total: int
    breakdown: tuple[tuple[float, int], ...]
    confirmed: bool


@dataclass(frozen=True)
class Prices:
    """The prices in force without VAT: tiers of the residential group with their limits, and others by group.

    `groups` are the confirmed ones only: (normal, off-peak, peak), the last two None where one price holds at all hours.
    """

    decision: str
    limits: tuple[int, ...]
    tiers: tuple[int, ...]
    undeclared: int
    persons_per_household: int
    groups: dict[str, tuple[int, int | None, int | None]]
    peak_hours: tuple[str, ...]
    off_peak_hours: tuple[str, ...]
    vat_percent: int | None
    vat_until: date | None


def account_of(body: Json) -> Account:
    """From `GET /customers/{code}/account`."""
    return Account(
        code=body["code"],
        tariff_group=body["tariff_group"],
        reading_day=body["reading_day"],
        readings=tuple(_reading(one) for one in body["readings"]),
        invoices=tuple(_invoice(one) for one in body["invoices"]),
        payments=tuple(
            Payment(_day(one["paid_at"]), one["amount"], one["channel"], one["period"]) for one in body["payments"]
        ),
        debt=body["debt"],
    )


def _reading(one: Json) -> Reading:
    return Reading(one["period"], _day(one["from"]), _day(one["to"]), one["old"], one["new"], one["kwh"])


def _invoice(one: Json) -> Invoice:
    paid_on = _day(one["paid_at"]) if one.get("paid_at") else None
    return Invoice(one["period"], one["kwh"], one["total"], one["status"], _day(one["due_at"]), paid_on)


def estimate_of(body: Json) -> Estimate:
    """From `POST /bills/estimate`."""
    breakdown = tuple((float(kwh), int(price)) for kwh, price in body["breakdown"])
    return Estimate(
        float(body["kwh"]), body["ex_vat"], body["vat_percent"], body["total"], breakdown, body["confirmed"]
    )


def prices_of(body: Json, today: date) -> Prices:
    """From `GET /tariffs`, as of a day."""
    now = [one for one in body["lists"] if _day(one["from"]) <= today][-1]
    tiers = next(group["tiers"] for group in now["groups"] if group["id"] == "residential")
    vat = next((one for one in body["vat"] if _in_force(one, today) and one["confidence"] == "confirmed"), None)
    hours = body["time_of_use"]
    return Prices(
        decision=now["decision"],
        limits=tuple(now["limits"]),
        tiers=tuple(tiers),
        undeclared=tiers[now["undeclared_tier"] - 1],
        persons_per_household=body["persons_per_household"],
        groups={
            one["id"]: _by_time(one)
            for one in now["groups"]
            if one["confidence"] == "confirmed" and not one.get("tiers")
        },
        peak_hours=tuple(each for one in hours["peak"] for each in one["hours"]),
        off_peak_hours=tuple(each for one in hours["off_peak"] for each in one["hours"]),
        vat_percent=vat["percent"] if vat else None,
        vat_until=_day(vat["until"]) if vat and vat["until"] else None,
    )


def _in_force(vat: Json, today: date) -> bool:
    return _day(vat["from"]) <= today and (vat["until"] is None or today <= _day(vat["until"]))


def _by_time(group: Json) -> tuple[int, int | None, int | None]:
    """The group's prices at the lowest voltage, the most frequent kind."""
    if group.get("voltages"):
        lowest = list(group["voltages"].values())[-1]
        return lowest["normal"], lowest.get("off_peak"), lowest.get("peak")
    return group["price"], None, None


def _day(text: str) -> date:
    """A day, or the Vietnamese day of a moment."""
    if len(text) == len("2026-11-23"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(VIETNAM).date()
