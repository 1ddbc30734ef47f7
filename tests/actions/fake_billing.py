"""Accounts, prices and estimates in care's own JSON: what the fake reads and the HTTP stand-in serves."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from actions.errors import CareRefused

TARIFFS = Path(__file__).resolve().parents[2] / "care" / "catalogue" / "tariffs.yaml"
Json = dict[str, Any]
PRICE, VAT = 2_500, 8


def months_before(period: str, count: int) -> str:
    year, month = map(int, period.split("-"))
    months = year * 12 + month - 1 - count
    return f"{months // 12}-{months % 12 + 1:02d}"


def account(code: str, kwh: list[int], newest: str = "2026-10", unpaid: int = 0, **more: Any) -> Json:
    """An account with these kWh, newest month first; the newest `unpaid` invoices are owed."""
    readings, invoices, payments, new = [], [], [], 20_000
    for back, used in enumerate(kwh):
        period = months_before(newest, back)
        first = date.fromisoformat(f"{period}-01")
        following = date.fromisoformat(f"{months_before(period, -1)}-01")
        reading = {"period": period, "from": first.isoformat(), "to": (following - timedelta(days=1)).isoformat()}
        readings.append(reading | {"old": new - used, "new": new, "kwh": used, "read_at": following.isoformat()})
        new -= used
        total, paid = used * PRICE * (100 + VAT) // 100, back >= unpaid
        moment = f"{months_before(period, -1)}-05T02:14:00Z"
        invoices.append(
            {
                "number": f"HD{period}", "period": period, "kwh": used, "ex_vat": used * PRICE,
                "vat": total - used * PRICE, "total": total, "paid": paid, "status": "paid" if paid else "unpaid",
                "issued_at": f"{months_before(period, -1)}-02", "due_at": f"{months_before(period, -1)}-28",
                "paid_at": moment if paid else None,
            }
        )  # fmt: skip
        if paid:
            payments.append(
                {"paid_at": moment, "amount": total, "channel": "MoMo", "reference": "GD", "period": period}
            )
    debt = sum(one["total"] for one in invoices if not one["paid"])
    known = {"code": code, "tariff_group": "residential", "households": 1, "reading_day": 31, "meters": []}
    return known | {"readings": readings, "invoices": invoices, "payments": payments, "debt": debt} | more


def tariffs() -> Json:
    """The product's own price file as care serves it."""
    content: Json = yaml.safe_load(TARIFFS.read_text("utf-8"))
    return {key: _plain(value) for key, value in content.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def estimate(use: Json) -> Json:
    """A residential bill by whole tiers, another at one price; like care's for the plain cases."""
    kwh = use["readings"]["new"] - use["readings"]["old"] if "readings" in use else use["kwh"]
    if not 0 <= kwh <= 1_000_000:
        raise CareRefused(422, "kwh")
    prices = tariffs()["lists"][-1]
    if use.get("tariff_group", "residential") in ("residential", "tenants"):
        scale = use.get("tenants", 4) / 4 * use.get("households", 1)
        ends = [limit * scale for limit in prices["limits"] if limit * scale < kwh] + [kwh]
        tiers = next(group["tiers"] for group in prices["groups"] if group["id"] == "residential")
        if use.get("declared") is False:
            ends, tiers = [kwh], [tiers[prices["undeclared_tier"] - 1]]
        lines = [
            [end - start, price] for start, end, price in zip([0, *ends], ends, tiers, strict=False) if end > start
        ]
    else:
        group = next(one for one in prices["groups"] if one["id"] == use["tariff_group"])
        lines = [[kwh, list(group["voltages"].values())[-1]["normal"]]]
    ex_vat = int(sum(used * price for used, price in lines) + 0.5)
    vat = (ex_vat * VAT + 50) // 100
    return {
        "kwh": kwh, "tariff_group": use.get("tariff_group", "residential"), "households": 1, "ex_vat": ex_vat,
        "vat_percent": VAT, "vat": vat, "total": ex_vat + vat, "breakdown": lines, "confirmed": True, "unconfirmed": [],
        "decision": prices["decision"], "prices_checked_until": "2026-09-18", "overcharge": None,
    }  # fmt: skip
