"""How much of its allowance Facebook says a page has used up, and the pause before that allowance is gone.

The last seen usage stands in the page's row of `conversations.account`, written at most once a minute:

    "usage": {"app": 28.0, "page": 96.0, "regain_s": 0.0, "at": "2026-11-25T10:30:00+00:00"}

`app` and `page` are per cent of the app's and of the page's allowance, `regain_s` the seconds until a blocked one is free.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conversations import Database, RateLimited, remember_freely

APP_HEADER, PAGE_HEADER = "X-App-Usage", "X-Business-Use-Case-Usage"
SHARES = ("call_count", "total_cputime", "total_time")
PAUSE_FROM_PERCENT = 95.0
PAUSE_S = 60.0
LONGEST_PAUSE_S = 3_600.0
KEPT_EVERY_S = 60.0


@dataclass(frozen=True)
class Usage:
    """Per cent of what the app and the page may use; `regain_s` until a blocked one is free again."""

    app: float = 0.0
    page: float = 0.0
    regain_s: float = 0.0

    @property
    def pause_s(self) -> float:
        """How long nothing more should be sent; 0 while there is room."""
        if self.regain_s > 0:
            return min(self.regain_s, LONGEST_PAUSE_S)
        return PAUSE_S if max(self.app, self.page) >= PAUSE_FROM_PERCENT else 0.0


def usage_of(headers: Mapping[str, str]) -> Usage | None:
    """What an answer's headers tell; None when they tell nothing that can be read."""
    app, page = _object(headers.get(APP_HEADER, "")), _object(headers.get(PAGE_HEADER, ""))
    if app is None and page is None:
        return None
    limits = [each for listed in (page or {}).values() if isinstance(listed, list) for each in listed]
    cases = [each for each in limits if isinstance(each, dict)]
    regain_min = max((_number(each, "estimated_time_to_regain_access") for each in cases), default=0.0)
    return Usage(_highest(app or {}), max((_highest(each) for each in cases), default=0.0), regain_min * 60)


def _object(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _highest(told: Mapping[str, Any]) -> float:
    return max(_number(told, name) for name in SHARES)


def _number(told: Mapping[str, Any], name: str) -> float:
    value = told.get(name)
    known = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**6
    return float(value) if known else 0.0  # type: ignore[arg-type]  # known: a number


class UsageWatch:
    """One page's usage as one process sees it; safe to use from many threads."""

    def __init__(self, keep: Callable[[Usage], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._keep, self._clock = keep, clock
        self._paused_until = float("-inf")
        self._kept_at = float("-inf")

    def check(self) -> None:
        """Raises RateLimited while the allowance is as good as used up."""
        left_s = self._paused_until - self._clock()
        if left_s > 0:
            raise RateLimited("the allowance of calls is nearly used up", left_s)

    def saw(self, headers: Mapping[str, str]) -> None:
        """Take note of an answer's headers."""
        usage = usage_of(headers)
        if usage is None:
            return
        now = self._clock()
        if usage.pause_s:
            self._paused_until = now + usage.pause_s
        if now - self._kept_at >= KEPT_EVERY_S:
            self._kept_at = now
            self._keep(usage)


def keeping(db: Database, channel: str, account: str) -> Callable[[Usage], None]:
    """Keeps a usage in the account's row; it may be lost without harm."""

    def keep(usage: Usage) -> None:
        told = {"app": usage.app, "page": usage.page, "regain_s": usage.regain_s, "at": datetime.now(UTC).isoformat()}
        remember_freely(db, channel, account, {"usage": told})

    return keep
