"""`/chat-luong`: how each centre served its requests and how reliable the supply was, with plots and CSV."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from care import Care
from care.due import VIETNAM
from care.reliability.figures import quality, reliability
from care.reliability.shapes import QualityGiven, ReliabilityGiven
from public.pages import page

MONTHS = 12
KEPT_S = 300.0
Figures = tuple[list[QualityGiven], list[ReliabilityGiven]]


def blueprint(care: Care) -> Blueprint:
    """The page and its two tables as CSV."""
    doors = Blueprint("figures_page", __name__)
    kept: dict[str, tuple[float, Figures]] = {}
    lock = threading.Lock()

    def figures(month: str) -> Figures:
        """Counted at most every five minutes, however many look."""
        with lock:
            known = kept.get(month)
            if known is not None and time.monotonic() - known[0] < KEPT_S:
                return known[1]
            with care.database.transaction() as session:
                found = quality(session, month), reliability(session, month, care.now(), "centre")
            kept[month] = (time.monotonic(), found)
            return found

    @doors.app_template_filter("decimal")
    def decimal(value: float) -> str:
        """As Vietnamese writes it: 1.234,5."""
        return f"{value:,}".translate(str.maketrans(",.", ".,"))

    @doors.get("/chat-luong")
    def show() -> Response:
        month = _month(care.now())
        served, supply = figures(month)
        names = {one.code: one.name_vi.partition(" – ")[0] for one in care.catalogue.places.centres}
        services = {one.id: one.name_vi for one in care.catalogue.services.values()}
        centres = defaultdict[str, list[QualityGiven]](list)
        for row in served:
            centres[row.centre].append(row)
        totals: list[dict[str, Any]] = [_total(code, names[code], centres.get(code, [])) for code in names]
        return page(
            "figures",
            month=month,
            months=_months(care.now()),
            totals=totals,
            most=max((one["requests"] for one in totals), default=0) or 1,
            centres=centres,
            names=names,
            services=services,
            supply=sorted(supply, key=lambda one: list(names).index(one.area) if one.area in names else len(names)),
            longest=max((one.saidi for one in supply), default=0.0) or 1.0,
        )

    @doors.get("/chat-luong.csv")
    def service_csv() -> Response:
        served, _ = figures(_month(care.now()))
        columns = ("month", "centre", "service", "requests", "ended", "in_time_percent", "median_hours")
        return _csv(columns, [[getattr(row, name) for name in columns] for row in served])

    @doors.get("/do-tin-cay.csv")
    def supply_csv() -> Response:
        _, supply = figures(_month(care.now()))
        columns = ("month", "area", "customers", "interruptions", "saidi", "saifi", "caidi")
        return _csv(columns, [[getattr(row, name) for name in columns] for row in supply])

    return doors


def _month(now: datetime) -> str:
    """The month asked for when it is one of those shown, else this one."""
    asked = request.args.get("month", "")
    return asked if asked in _months(now) else _months(now)[0]


def _months(now: datetime) -> list[str]:
    first = now.astimezone(VIETNAM).date().replace(day=1)
    months = []
    for _ in range(MONTHS):
        months.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return months


def _total(code: str, name: str, rows: list[QualityGiven]) -> dict[str, Any]:
    ended = [(row.ended, row.in_time_percent) for row in rows if row.in_time_percent is not None and row.ended]
    finished = sum(count for count, _ in ended)
    share = (
        round(sum(count * percent for count, percent in ended if percent is not None) / finished, 1)
        if finished
        else None
    )
    return {"code": code, "name": name, "requests": sum(row.requests for row in rows), "in_time": share}


def _csv(columns: tuple[str, ...], rows: list[list[object]]) -> Response:
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerows([columns, *rows])
    return Response(
        text.getvalue(), content_type="text/csv; charset=utf-8", headers={"Cache-Control": "public, max-age=300"}
    )
