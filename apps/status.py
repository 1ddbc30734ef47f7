"""`/status` and `/status.json`: how each channel stands, in the operator's words; without a script, fast, and nothing private."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import yaml
from flask import Blueprint, Response, abort, jsonify, render_template, request

from apps.channel_status import ChannelStatus
from channels.standing import LEVELS, WEB, AccountView, ChannelView, Problem
from channels.standing_texts import advice, quota, texts, told
from conversations import DatabaseAway

FOLDER = Path(__file__).parent
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
REFRESH_S = 15
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@cache
def words() -> Mapping[str, Any]:
    """Moments and states in Vietnamese."""
    return cast("Mapping[str, Any]", yaml.safe_load((FOLDER / "status.yml").read_text("utf8")))


def blueprint(status: ChannelStatus) -> Blueprint:
    """Both doors; for this machine alone until there are sign-ins."""
    doors = Blueprint(
        "status", __name__, template_folder=str(FOLDER / "templates"), static_folder=str(FOLDER / "static")
    )
    doors.before_request(_only_this_machine)

    @doors.get("/status")
    def page() -> Response:
        try:
            found, shown, wrong = status.read()
        except DatabaseAway:
            return _page(503, now=None, rows=[], wrong=[])
        rows = [_row(each, wrong, found.at) for each in shown]
        return _page(200, now=_clock(found.at, found.at), rows=rows, wrong=[_warning(each) for each in wrong])

    @doors.get("/status.json")
    def figures() -> tuple[Response, int] | Response:
        try:
            found, shown, wrong = status.read()
        except DatabaseAway:
            return jsonify(at=None, channels=[], problems=[]), 503
        return jsonify(
            at=found.at.isoformat(),
            channels=[_channel_json(each, found.at) for each in shown],
            problems=[
                {"level": p.level, "what": p.key, "channel": p.channel, "account": p.account, "do": told(p)}
                for p in wrong
            ],
        )

    return doors


def _only_this_machine() -> None:
    here = request.remote_addr and ipaddress.ip_address(request.remote_addr).is_loopback
    if not here or "X-Forwarded-For" in request.headers:
        abort(404)


def _page(status: int, **values: object) -> Response:
    answer = Response(render_template("status.html", refresh_s=REFRESH_S, **values), status, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _warning(problem: Problem) -> dict[str, str]:
    where = words()["channels"][problem.channel]
    return {"level": problem.level, "state": words()["states"][problem.level], "where": where, "text": told(problem)}


def _row(channel: ChannelView, wrong: Sequence[Problem], now: datetime) -> dict[str, Any]:
    own = [each.level for each in wrong if each.channel == channel.name]
    level = next((each for each in LEVELS if each in own), "ok" if channel.on else "off")
    return {
        "name": words()["channels"][channel.name],
        "level": level,
        "state": words()["states"][level],
        "missing": channel.missing,
        "on": channel.on,
        "refused": span(channel.refused_at, now) if channel.refused_at else None,
        "pulled": channel.name == WEB,
        "accounts": [_account(each, now) for each in channel.accounts],
    }


def _account(view: AccountView, now: datetime) -> dict[str, Any]:
    seen = view.seen
    bad = [each for each in seen.tries if each.outcome != "sent" and each.hour]
    return {
        "name": words()["page"] if view.account == "page" else view.account,
        "heard": span(seen.heard_at, now),
        "sent": span(seen.sent_at, now),
        "waiting": seen.waiting,
        "oldest": length(view.oldest_age(now)) if seen.waiting else "",
        "made": view.made(),
        "failed": view.failed(),
        "percent": round(100 * view.failed_share()),
        "reasons": [
            {
                "count": each.hour,
                "outcome": texts().outcomes[each.outcome],
                "reason": each.reason,
                "do": advice(view.channel, each.reason),
            }
            for each in bad
        ],
        "paused": _clock(seen.paused_until, now) if seen.paused_until and view.paused(now) else None,
        "paused_reason": seen.paused_reason,
        "token": _token(view, now),
        "quota": quota(view.quota),
    }


def _token(view: AccountView, now: datetime) -> dict[str, str | None] | None:
    if view.token is None:
        return None
    until = view.token.refresh_until
    return {
        "state": words()["token"][view.token.state],
        "renewed": span(view.token.renewed_at, now) if view.token.renewed_at else None,
        "access": _clock(view.token.access_until, now) if view.token.access_until else None,
        "until": until.astimezone(VIETNAM).strftime("%d/%m/%Y") if until else None,
    }


def _channel_json(channel: ChannelView, now: datetime) -> dict[str, Any]:
    return {
        "channel": channel.name,
        "on": channel.on,
        "missing": list(channel.missing),
        "refused_at": _iso(channel.refused_at),
        "accounts": [_account_json(each, now) for each in channel.accounts],
    }


def _account_json(view: AccountView, now: datetime) -> dict[str, Any]:
    seen, token = view.seen, view.token
    return {
        "account": view.account,
        "configured": view.configured,
        "last_webhook_at": _iso(seen.heard_at),
        "last_delivery_at": _iso(seen.sent_at),
        "waiting": seen.waiting,
        "oldest_waiting_s": round(view.oldest_age(now).total_seconds()),
        "tries_in_last_hour": view.made(),
        "failed_in_last_hour": view.failed(),
        "failed_share": round(view.failed_share(), 4),
        "reasons": [
            {"outcome": t.outcome, "reason": t.reason, "count": t.hour}
            for t in seen.tries
            if t.hour and t.outcome != "sent"
        ],
        "paused_until": _iso(seen.paused_until) if view.paused(now) else None,
        "paused_reason": seen.paused_reason if view.paused(now) else None,
        "token": None
        if token is None
        else {
            "state": token.state,
            "renewed_at": _iso(token.renewed_at),
            "access_until": _iso(token.access_until),
            "refresh_until": _iso(token.refresh_until),
        },
        "quota": dict(view.quota),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _clock(at: datetime, now: datetime) -> str:
    """A time of today as 14:02:31, of another day with its date."""
    local = at.astimezone(VIETNAM)
    same = local.date() == now.astimezone(VIETNAM).date()
    return local.strftime("%H:%M:%S" if same else "%H:%M %d/%m")


def length(span: timedelta) -> str:
    """A length in one unit: 40 giây, 5 phút, 3 giờ, 2 ngày."""
    for unit, name in ((DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")):
        if span >= unit:
            return str(words()[name]).format(n=span // unit)
    return str(words()["seconds"]).format(n=max(0, span // timedelta(seconds=1)))


def span(at: datetime | None, now: datetime) -> str:
    """How long ago that was."""
    if at is None:
        return str(words()["never"])
    if now - at < timedelta(seconds=15):
        return str(words()["just_now"])
    return str(words()["ago"]).format(span=length(now - at))
