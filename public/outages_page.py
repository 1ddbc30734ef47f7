"""`/lich-cat-dien`: planned outages and incidents by ward or customer code, as a page, a calendar and a feed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pydantic import ValidationError

from bot.vietnamese import Ward, provinces, written_hour
from care import Care
from care.due import UTC, VIETNAM
from care.outage_search import outage_page
from care.shapes import OutageGiven, OutageQuery
from care.wards import Asked, asked_ward
from public import feeds
from public.pages import page, texts

AHEAD = timedelta(days=14)
FEED_AHEAD = timedelta(days=60)
FEED_BACK = timedelta(days=7)
MOST = 200
SHOWN = ("approved", "running", "overrun", "postponed", "cancelled")


@dataclass(frozen=True)
class Wanted:
    """What a visitor asks: a customer code, or a ward in words."""

    code: str
    ward: str
    province: str
    first: date
    last: date

    @property
    def link(self) -> str:
        """The place as a query, for links and feeds."""
        place = {"code": self.code} if self.code else {"ward": self.ward, "province": self.province}
        return urlencode({name: value for name, value in place.items() if value})


class BadQuestion(ValueError):
    """Its name is the sentence that says what is wrong."""


def blueprint(care: Care, public_url: str) -> Blueprint:
    """The page with its feeds."""
    doors = Blueprint("outages_page", __name__)

    @doors.get("/lich-cat-dien")
    def show() -> Response:
        today = care.now().astimezone(VIETNAM).date()
        same: dict[str, Any] = {"provinces": provinces(), "given": _given(), "first": today, "last": today + AHEAD}
        if not request.args.get("ward", "").strip() and not request.args.get("code", "").strip():
            return page("outages", wanted=None, **same)
        try:
            wanted = _wanted(today)
            asked, found = _found(care, wanted, wanted.first, wanted.last)
        except BadQuestion as wrong:
            return page("outages", 422, wanted=None, wrong=str(wrong), **same)
        links = [{"name": f"{one.name}, {one.province}", "query": _query_of(one)} for one in asked.candidates]
        rows = [_row(one, care.now()) for one in found]
        same |= {"first": wanted.first, "last": wanted.last}
        return page("outages", wanted=wanted, asked=asked, links=links, rows=rows, **same)

    @doors.get("/lich-cat-dien.ics")
    def calendar() -> Response:
        return _feed(care, lambda wanted, rows: feeds.calendar(rows, care.now(), _title(wanted)), "text/calendar")

    @doors.get("/lich-cat-dien.rss")
    def rss() -> Response:
        def made(wanted: Wanted, rows: Sequence[OutageGiven]) -> str:
            return feeds.rss(rows, _title(wanted), f"{public_url}/lich-cat-dien?{wanted.link}", care.now())

        return _feed(care, made, "application/rss+xml")

    return doors


def _feed(care: Care, made: Callable[[Wanted, Sequence[OutageGiven]], str], kind: str) -> Response:
    """A feed of the place; 404 for a place that is not one, since programs ask again and again."""
    today = care.now().astimezone(VIETNAM).date()
    try:
        wanted = _wanted(today)
        asked, found = _found(care, wanted, today - FEED_BACK, today + FEED_AHEAD)
    except BadQuestion:
        return Response(status=404)
    if asked.candidates or (asked.ward is None and not wanted.code):
        return Response(status=404)
    body = made(wanted, found)
    return Response(body, content_type=f"{kind}; charset=utf-8", headers={"Cache-Control": "public, max-age=300"})


def _given() -> dict[str, str]:
    """What the visitor typed."""
    return {name: request.args.get(name, "").strip()[:100] for name in ("code", "ward", "province", "from", "to")}


def _wanted(today: date) -> Wanted:
    given = _given()
    try:
        first = date.fromisoformat(given["from"]) if given["from"] else today
        last = date.fromisoformat(given["to"]) if given["to"] else max(first, today) + AHEAD
    except (ValueError, OverflowError):
        raise BadQuestion("date") from None
    if last < first or (last - first).days > 366:
        raise BadQuestion("dates")
    return Wanted("".join(given["code"].split()).upper(), given["ward"], given["province"], first, last)


def _found(care: Care, wanted: Wanted, first: date, last: date) -> tuple[Asked, list[OutageGiven]]:
    asked = Asked() if wanted.code else asked_ward(wanted.ward, wanted.province or None)
    if not wanted.code and asked.ward is None:
        return asked, []
    place = (
        {"customer_code": wanted.code}
        if wanted.code
        else {"ward": asked.ward.name, "province": asked.ward.province}
        if asked.ward
        else {}
    )
    begin = datetime.combine(first, time(), VIETNAM).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM).astimezone(UTC)
    try:
        query = OutageQuery.model_validate({**place, "from": begin.isoformat(), "to": end.isoformat(), "limit": MOST})
    except ValidationError:
        raise BadQuestion("code" if wanted.code else "date") from None
    return asked, [one for one in outage_page(care, query).items if one.status in SHOWN]


def _title(wanted: Wanted) -> str:
    place = wanted.code or ", ".join(filter(None, (wanted.ward, wanted.province)))
    return str(texts()["outages"]["feed_title"]).format(place=place)


def _query_of(ward: Ward) -> str:
    return urlencode({"ward": ward.name, "province": ward.province})


def _row(outage: OutageGiven, now: datetime) -> dict[str, str]:
    told = texts()["outages"]
    start = outage.starts_at.astimezone(VIETNAM)
    end = outage.ends_at.astimezone(VIETNAM) if outage.ends_at else None
    until = told["no_end"]
    if end is not None:
        until = written_hour(end) + ("" if end.date() == start.date() else f" ngày {end.day}/{end.month}")
    running = outage.status in ("running", "overrun")
    return {
        "day": told["days"][start.weekday()] + start.strftime(" %d/%m/%Y"),
        "hours": f"{written_hour(start)} – {until}",
        "area": outage.area,
        "reason": outage.reason,
        "state": told["kinds"][outage.kind] if running else told["states"][outage.status],
        "tone": "now" if running and outage.starts_at <= now else outage.status,
    }
