"""What electricity costs: the list in force, one tier, one group, hours, VAT, tenants; all figures from care."""

import re
from datetime import time

from actions.accounts import Prices
from actions.exchange import Exchange
from actions.figures import amount, day
from actions.phrases import choose
from bot.vietnamese import find_tariff_groups, fold, written_hour

TIER = re.compile(r"\bbac\s?(?:thu\s)?(?P<number>[1-9]|mot|hai|ba|bon|tu|nam|sau|cuoi|cao nhat)\b")
TIER_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6}
GROUPS = {"business": "business", "production": "production", "administrative": "administrative.public"}


def tell(talk: Exchange) -> None:
    """Answer the part of the price list that was asked about; the household's tiers where nothing else was."""
    text = talk.turn.text
    prices = talk.care.prices(talk.turn.now.date())
    topic = talk.turn.picked.get("topic") or choose("tariff", text)
    group = talk.turn.picked.get("tariff_group") or next((one.value for one in find_tariff_groups(text)), "")
    if topic in ("five", "solar", "charging"):
        talk.say(f"tariff.{topic}")
    elif topic == "vat":
        _vat(talk, prices)
    elif topic == "tenants" or group == "tenants":
        _tenants(talk, prices)
    elif group in GROUPS:
        _group(talk, prices, group)
    elif group == "wholesale":
        talk.say("tariff.unconfirmed")
    elif topic == "others":
        talk.say("tariff.others")
    elif topic == "hours":
        talk.say("tariff.hours", peak=hours(prices.peak_hours), off_peak=hours(prices.off_peak_hours))
    elif (tier := _tier(text, len(prices.tiers))) is not None:
        _one_tier(talk, prices, tier)
    else:
        talk.say("tariff.residential", lines=tier_lines(talk, prices), vat=vat_note(talk, prices))


def tier_lines(talk: Exchange, prices: Prices) -> str:
    """One line a tier."""
    return "\n".join(
        talk.words.term("tariff.line", tier=str(number), range=_range(talk, prices, number), price=amount(price))
        for number, price in enumerate(prices.tiers, 1)
    )


def vat_note(talk: Exchange, prices: Prices) -> str:
    """That VAT comes on top, with its rate where that is certain."""
    if prices.vat_percent is None:
        return talk.words.term("tariff.vat.open")
    return talk.words.term("tariff.vat", percent=str(prices.vat_percent))


def hours(spans: tuple[str, ...]) -> str:
    """`09:30-11:30` as customers write it: 9h30–11h30."""
    return ", ".join("–".join(written_hour(time.fromisoformat(one)) for one in span.split("-")) for span in spans)


def _range(talk: Exchange, prices: Prices, tier: int) -> str:
    low = prices.limits[tier - 2] + 1 if tier > 1 else 0
    if tier > len(prices.limits):
        return talk.words.term("tariff.from", low=str(low))
    return f"{low}–{prices.limits[tier - 1]}"


def _tier(text: str, most: int) -> int | None:
    found = TIER.search(fold(text))
    if found is None:
        return None
    word = found["number"]
    number = int(word) if word.isdigit() else TIER_WORDS.get(word, most)
    return number if number <= most else None


def _one_tier(talk: Exchange, prices: Prices, tier: int) -> None:
    price = amount(prices.tiers[tier - 1])
    span = _range(talk, prices, tier)
    talk.say("tariff.tier", tier=str(tier), range=span, price=price, vat=vat_note(talk, prices))


def _group(talk: Exchange, prices: Prices, group: str) -> None:
    found = prices.groups.get(GROUPS[group])
    if found is None:
        talk.say("tariff.unconfirmed")
        return
    normal, off_peak, peak = found
    name = talk.words.term(f"tariff_group.{group}")
    if peak is None or off_peak is None:
        talk.say("tariff.group", group=name, price=amount(normal), vat=vat_note(talk, prices))
        return
    talk.say(
        "tariff.group_by_hours",
        group=name,
        normal=amount(normal),
        off_peak=amount(off_peak),
        peak=amount(peak),
        peak_hours=hours(prices.peak_hours),
        off_peak_hours=hours(prices.off_peak_hours),
        vat=vat_note(talk, prices),
    )


def _vat(talk: Exchange, prices: Prices) -> None:
    if prices.vat_percent is None or prices.vat_until is None:
        talk.say("tariff.vat_unknown")
        return
    talk.say("tariff.vat_now", percent=str(prices.vat_percent), until=day(prices.vat_until))


def _tenants(talk: Exchange, prices: Prices) -> None:
    persons = str(prices.persons_per_household)
    talk.say("tariff.tenants", persons=persons, undeclared=amount(prices.undeclared), vat=vat_note(talk, prices))
