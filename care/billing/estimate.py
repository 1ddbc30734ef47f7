"""What a bill comes to, by the catalogue's price lists. Pure: the day is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from care.billing.price import Line, half_up, merged, tiered, timed
from care.billing.quota import household_share, metered, month_share
from care.billing.shapes import LARGEST_KWH, EstimateAsked, EstimateGiven
from care.catalogue.tariffs import Band, Group, PriceList, TariffFile, Vat
from care.errors import Invalid

# A typed sum like 0.1 + 0.2 is not exactly its parts.
SLACK = Fraction(1, 1000)
Doubt = Literal["vat", "period", "prices"]


@dataclass(frozen=True)
class Use:
    """How much is used, when, and by how many households' limits; `households` None where limits do not count."""

    by_time: Mapping[Band, Fraction]
    households: Fraction | None

    @property
    def kwh(self) -> Fraction:
        """All of it."""
        return sum(self.by_time.values(), Fraction(0))


def estimate(tariffs: TariffFile, asked: EstimateAsked, today: date) -> EstimateGiven:
    """The bill; raises Invalid for what no bill can be made of."""
    name = tariffs.aliases.get(asked.tariff_group, asked.tariff_group)
    first, last = (asked.period.from_, asked.period.to) if asked.period else (None, None)
    invoiced = asked.date or last or today
    vat = tariffs.vat_on(invoiced)
    if vat is None:
        raise Invalid("date", "no VAT rate is known for that day")
    use = _use(tariffs, asked, name)
    shares = _shares(tariffs, first, last, invoiced)
    scale = month_share(first, last) if first and last else Fraction(1)
    group = _group(shares[-1][0], name)
    lines = [line for prices, share in shares for line in _priced(prices, name, asked, use, share, scale)]
    doubts = _doubts(vat, group, scale if group.tiers is not None else Fraction(1))
    return _given(tariffs, asked, use, lines, vat, doubts, shares[-1][0])


def _use(tariffs: TariffFile, asked: EstimateAsked, name: str) -> Use:
    by_time = _by_time(asked)
    if name.startswith("residential") and sum(by_time.values()) > LARGEST_KWH:
        raise Invalid("kwh", f"at most {LARGEST_KWH}")
    if asked.tenants is None:
        if asked.tariff_group == "tenants" and asked.households is None and asked.declared:
            raise Invalid("tenants", "how many persons")
        households = Fraction(str(asked.households)) if asked.households is not None else Fraction(1)
    elif asked.households is not None and asked.tariff_group != "tenants":
        raise Invalid("tenants", "either households or tenants")
    else:
        stays = [(asked.tenants, 1)] if isinstance(asked.tenants, int) else [(s.persons, s.days) for s in asked.tenants]
        households = household_share(stays, tariffs.persons_per_household)
    return Use(by_time, households)


def _by_time(asked: EstimateAsked) -> dict[Band, Fraction]:
    if asked.readings is not None:
        if asked.kwh is not None or asked.kwh_by_time is not None:
            raise Invalid("readings", "either readings or kWh")
        try:
            return {"normal": Fraction(metered(asked.readings.old, asked.readings.new, asked.readings.digits))}
        except ValueError as error:
            raise Invalid("readings", str(error)) from error
    if asked.kwh_by_time is None:
        if asked.kwh is None:
            raise Invalid("kwh", "how many kWh")
        return {"normal": Fraction(str(asked.kwh))}
    timed_use = asked.kwh_by_time
    by_time: dict[Band, Fraction] = {
        "normal": Fraction(str(timed_use.normal)),
        "peak": Fraction(str(timed_use.peak)),
        "off_peak": Fraction(str(timed_use.off_peak)),
    }
    if asked.kwh is not None and abs(sum(by_time.values()) - Fraction(str(asked.kwh))) > SLACK:
        raise Invalid("kwh_by_time", "does not add up to kwh")
    return by_time


def _shares(tariffs: TariffFile, first: date | None, last: date | None, day: date) -> list[tuple[PriceList, Fraction]]:
    """The price lists of the period, each with its part of the days."""
    if first is None or last is None:
        prices = tariffs.list_on(day)
        if prices is None:
            raise Invalid("date", f"no prices are known before {tariffs.lists[0].from_}")
        return [(prices, Fraction(1))]
    if tariffs.list_on(first) is None:
        raise Invalid("period.from", f"no prices are known before {tariffs.lists[0].from_}")
    days = (last - first).days + 1
    shares = []
    for number, prices in enumerate(tariffs.lists):
        begins = max(first, prices.from_)
        following = tariffs.lists[number + 1].from_ if number + 1 < len(tariffs.lists) else last + timedelta(days=1)
        ends = min(last + timedelta(days=1), following)
        if begins < ends:
            shares.append((prices, Fraction((ends - begins).days, days)))
    return shares


def _group(prices: PriceList, name: str) -> Group:
    group = prices.group(name)
    if group is None:
        known = ", ".join(one.id for one in prices.groups)
        raise Invalid("tariff_group", f"one of {known}")
    return group


def _priced(
    prices: PriceList, name: str, asked: EstimateAsked, use: Use, share: Fraction, scale: Fraction
) -> list[Line]:
    """The lines of the part of the use that falls to one price list."""
    group = _group(prices, name)
    by_time = {band: kwh * share for band, kwh in use.by_time.items()}
    if group.tiers is None:
        by_voltage = group.by_time(asked.voltage)
        if by_voltage is None:
            known = ", ".join(group.voltages or ["lt_6kV"])
            raise Invalid("voltage", f"one of {known}")
        try:
            return timed(by_time, by_voltage)
        except KeyError as error:
            raise Invalid("kwh_by_time", f"{group.id} has one price for all hours") from error
    if asked.kwh_by_time is not None and use.kwh != use.by_time["normal"]:
        raise Invalid("kwh_by_time", f"{group.id} has tiers, not hours")
    if not asked.declared:
        return [(use.kwh * share, group.tiers[prices.undeclared_tier - 1])] if use.kwh else []
    return tiered(use.kwh * share, prices.limits, group.tiers, (use.households or Fraction(1)) * scale * share)


def _doubts(vat: Vat, group: Group, scale: Fraction) -> list[Doubt]:
    doubts: list[Doubt] = []
    if vat.confidence != "confirmed":
        doubts.append("vat")
    if scale != 1:  # which way the scaled limits are rounded is not known
        doubts.append("period")
    if group.confidence != "confirmed":
        doubts.append("prices")
    return doubts


def _given(
    tariffs: TariffFile,
    asked: EstimateAsked,
    use: Use,
    lines: list[Line],
    vat: Vat,
    doubts: list[Doubt],
    prices: PriceList,
) -> EstimateGiven:
    exact = sum((kwh * price for kwh, price in lines), Fraction(0))
    ex_vat, tax = half_up(exact), half_up(exact * vat.percent / 100)
    total = ex_vat + tax
    return EstimateGiven(
        kwh=float(use.kwh),
        tariff_group=asked.tariff_group,
        households=float(use.households) if use.households is not None else None,
        ex_vat=ex_vat,
        vat_percent=vat.percent,
        vat=tax,
        total=total,
        breakdown=[(float(kwh), price) for kwh, price in merged(lines)],
        confirmed=not doubts,
        unconfirmed=doubts,
        decision=prices.decision,
        prices_checked_until=tariffs.checked_until,
        overcharge=max(0, asked.asked - total) if asked.asked is not None else None,
    )
