"""What a use would cost: kWh, two meter readings, appliances, or backwards from an amount. Nothing private."""

import re
from typing import Any

from actions import appliances, prices
from actions.accounts import Estimate, Prices
from actions.appliances import Load
from actions.care import Json
from actions.errors import CareRefused
from actions.exchange import Exchange
from actions.figures import amount
from actions.phrases import choose
from actions.quantities import kwh_in, money_in, readings_in
from bot.vietnamese import find_meter_readings, find_tariff_groups, fold

BACKWARDS = re.compile(r"\b(?:bao nhieu|may|nhieu|duoc|tuong duong)\s(?:so|ky|ki|chu|kwh|dien)\b")
PERSONS = re.compile(r"(?<![0-9])([0-9]{1,3})\s?(?:nguoi|dua|sinh vien|sv)\b")
HOUSEHOLDS = re.compile(r"(?<![0-9])([0-9]{1,3})\s?(?:ho|dinh muc|ho gia dinh)\b")
GROUPS = {"business": "business", "production": "production", "administrative": "administrative.public"}
REFUSED = 422
MOST_LINES = 6


def start(talk: Exchange) -> None:
    """Read all there is to know in the message and answer, or ask for what is missing."""
    task = talk.begin("estimate")
    task.facts["group"] = talk.turn.picked.get("tariff_group") or _group(talk)
    _hear(talk)
    advance(talk)


def go_on(talk: Exchange) -> bool:
    """Take the number asked for, or a better question."""
    if not _hear(talk):
        return False
    advance(talk)
    return True


def answered(talk: Exchange) -> bool:
    """Whether the words hold the number asked for."""
    return _asked_number(talk) is not None


def advance(talk: Exchange) -> None:
    """Ask for the next missing number, or answer."""
    task = talk.task
    facts = task.facts
    if facts.get("loads"):
        loads = [Load(**one) for one in facts["loads"]]
        if any(one.hours is None for one in loads):
            _ask(talk, "hours")
            return
        _tell_appliances(talk, loads)
    elif facts.get("money") and facts.get("backwards"):
        _tell_backwards(talk)
    elif "kwh" not in facts and "readings" not in facts:
        _ask(talk, "watts" if facts.get("appliance") else "kwh")
        return
    elif facts["group"] == "tenants" and "tenants" not in facts and "declared" not in facts:
        _ask(talk, "tenants")
        return
    elif not _tell(talk):
        return
    talk.finish()


def _hear(talk: Exchange) -> bool:
    """Put what the message tells into the facts; whether it told anything."""
    facts, text = talk.task.facts, talk.turn.text
    before = dict(facts)
    if loads := appliances.loads_in(text):
        facts["loads"], facts["days"] = [one.stored() for one in loads], appliances.days_in(text)
    elif choose("machine", text):
        facts["appliance"] = True
    if len(find_meter_readings(text)) == 2:
        facts["readings"] = sorted(readings_in(text))
    elif (kwh := kwh_in(text)) is not None:
        facts["kwh"] = kwh
    if (money := money_in(text)) is not None:
        facts["money"], facts["backwards"] = money, "kwh" not in facts and bool(BACKWARDS.search(fold(text)))
    for name, pattern in (("tenants", PERSONS), ("households", HOUSEHOLDS)):
        if (found := pattern.search(fold(text))) is not None and int(found[1]) > 0:
            facts[name] = int(found[1])
    if (group := _group(talk)) != "residential":
        facts["group"] = group
    _hear_answer(talk)
    return facts != before


def _hear_answer(talk: Exchange) -> None:
    facts, asking = talk.task.facts, talk.task.asking
    picked = talk.turn.picked.get("persons")
    if picked == "none" or (asking == "tenants" and choose("undeclared", talk.turn.text)):
        facts["declared"] = False
    elif picked and picked.isdigit():
        facts["tenants"] = int(picked)
    hours = talk.turn.picked.get("hours", "")
    number = float(hours) if hours.isdigit() and 0 < int(hours) <= 24 else _asked_number(talk)
    if number is None:
        return
    if asking == "hours" and facts.get("loads"):
        facts["loads"] = [one.stored() for one in appliances.running([Load(**one) for one in facts["loads"]], number)]
    elif asking == "watts" and "loads" not in facts:
        facts["loads"] = [Load(number, hours=appliances.hours_in(talk.turn.text)).stored()]
    elif asking in ("kwh", "tenants") and asking not in facts:
        facts[asking] = number if asking == "kwh" else int(number)


def _asked_number(talk: Exchange) -> float | None:
    asking, text = talk.task.asking, talk.turn.text
    if asking == "hours":
        return appliances.hours_in(text, asked=True)
    if not asking or talk.turn.pressed:
        return None
    number = kwh_in(text, asked=True)
    return number if number is None or asking == "kwh" or number >= 1 else None


def _group(talk: Exchange) -> str:
    named = next((one.value for one in find_tariff_groups(talk.turn.text)), None)
    return named or ("tenants" if choose("tariff", talk.turn.text) == "tenants" else "residential")


def _ask(talk: Exchange, name: str) -> None:
    again = talk.task.asking == name
    talk.task.asking = name
    talk.say(talk.words.first_of(*([f"estimate.again.{name}"] if again else []), f"estimate.ask.{name}"))


def _tell(talk: Exchange) -> bool:
    """False when no bill can be made of it and another number was asked for."""
    facts = talk.task.facts
    if facts["group"] == "wholesale":
        talk.say("tariff.unconfirmed")
        return True
    try:
        found = talk.care.estimate(_use(facts))
    except CareRefused as refusal:
        if refusal.status != REFUSED:
            raise
        facts.pop("kwh", None)
        facts.pop("readings", None)
        talk.task.asking = "kwh"
        talk.say("estimate.impossible")
        return False
    if not found.confirmed:
        talk.lead("estimate.unconfirmed")
    group = talk.words.term(f"tariff_group.{facts['group']}")
    by_hours = talk.words.term("estimate.normal_hours") if facts["group"] in ("business", "production") else ""
    talk.say(
        "estimate.told",
        kwh=amount(found.kwh),
        group=group,
        total=amount(found.total),
        vat=str(found.vat_percent),
        lines=_lines(found),
        note=by_hours + _against_landlord(talk, found),
    )
    return True


def _use(facts: dict[str, Any]) -> Json:
    group = facts["group"]
    use: Json = {"tariff_group": GROUPS.get(group, group)}
    if "readings" in facts:
        use["readings"] = {"old": facts["readings"][0], "new": facts["readings"][1]}
    else:
        use["kwh"] = facts["kwh"]
    if group == "tenants":
        use |= {"tenants": facts["tenants"]} if "tenants" in facts else {"declared": False}
    elif "households" in facts and group == "residential":
        use["households"] = facts["households"]
    return use


def _lines(found: Estimate) -> str:
    shown = [f"{amount(kwh)} × {amount(price)}" for kwh, price in found.breakdown if kwh]
    return " + ".join(shown[:MOST_LINES]) or "0"


def _against_landlord(talk: Exchange, found: Estimate) -> str:
    """What a landlord took beyond the bill, where an amount was told along with the kWh."""
    facts = talk.task.facts
    paid = facts.get("money")
    if facts["group"] != "tenants" or not paid:
        return ""
    key = "estimate.too_much" if paid > found.total else "estimate.not_too_much"
    return talk.words.term(key, paid=amount(paid), difference=amount(abs(paid - found.total)))


def _tell_appliances(talk: Exchange, loads: list[Load]) -> None:
    days = talk.task.facts.get("days", appliances.MONTH_DAYS)
    lines = "\n".join(
        talk.words.term(
            "estimate.load",
            count=str(one.count),
            watts=amount(one.watts),
            hours=amount(one.hours or 0),
            kwh=amount(round(one.kwh(days), 1)),
        )
        for one in loads
    )
    kwh = round(sum(one.kwh(days) for one in loads), 1)
    base = talk.task.facts.get("kwh")
    if base is not None:
        more = talk.care.estimate({"kwh": base + kwh}).total - talk.care.estimate({"kwh": base}).total
        talk.say(
            "estimate.loads_added", lines=lines, kwh=amount(kwh), days=str(days), base=amount(base), more=amount(more)
        )
        return
    listed = talk.care.prices(talk.turn.now.date())
    low, high = (kwh * price * (100 + (listed.vat_percent or 0)) / 100 for price in (listed.tiers[0], listed.tiers[-1]))
    key = "estimate.loads" if listed.vat_percent is not None else "estimate.loads_ex_vat"
    talk.say(key, lines=lines, kwh=amount(kwh), days=str(days), low=amount(round(low)), high=amount(round(high)))


def _tell_backwards(talk: Exchange) -> None:
    listed = talk.care.prices(talk.turn.now.date())
    money = talk.task.facts["money"]
    kwh = kwh_for(money, listed)
    talk.say("estimate.backwards", money=amount(money), kwh=amount(round(kwh)), vat=prices.vat_note(talk, listed))


def kwh_for(money: int, listed: Prices) -> float:
    """How many kWh a household's bill of `money` đồng, VAT included where its rate is certain, pays for."""
    left = money * 100 / (100 + (listed.vat_percent or 0))
    kwh, low = 0.0, 0
    for number, price in enumerate(listed.tiers):
        room = listed.limits[number] - low if number < len(listed.limits) else float("inf")
        used = min(room, left / price)
        kwh, left, low = kwh + used, left - used * price, low + (int(room) if room != float("inf") else 0)
        if left <= 0:
            break
    return kwh
