"""What electricity costs by a price list: tiers, hours of use, one price. Exact; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from care.catalogue.tariffs import Band, ByTime

# An amount in kWh and its price in đồng.
Line = tuple[Fraction, int]


def tiered(kwh: Fraction, limits: Sequence[int], prices: Sequence[int], households: Fraction) -> list[Line]:
    """kWh by tier, each limit times the households; tiers without use are left out."""
    lines, below = list[Line](), Fraction(0)
    for price, limit in zip(prices, [*limits, None], strict=True):
        upto = kwh if limit is None else min(kwh, limit * households)
        if upto > below:
            lines.append((upto - below, price))
            below = upto
    return lines


def timed(used: Mapping[Band, Fraction], prices: ByTime) -> list[Line]:
    """kWh by hours of use; raises KeyError for hours that have no price."""
    of = {"normal": prices.normal, "peak": prices.peak, "off_peak": prices.off_peak}
    lines = []
    for band, kwh in used.items():
        price = of[band]
        if price is None:
            raise KeyError(band)
        if kwh:
            lines.append((kwh, price))
    return lines


def merged(lines: Iterable[Line]) -> list[Line]:
    """Lines of one price are one, in the order of their first."""
    of_price: dict[int, Fraction] = {}
    for kwh, price in lines:
        of_price[price] = of_price.get(price, Fraction(0)) + kwh
    return [(kwh, price) for price, kwh in of_price.items()]


def half_up(amount: Fraction) -> int:
    """Whole đồng, a half up; only final sums are rounded."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
