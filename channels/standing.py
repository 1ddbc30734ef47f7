"""How each channel and account stands: what is set up, what was seen of it, and what somebody should do. Pure.

Nothing here holds a secret or a customer's words: what an account remembers is reduced to times and counts first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from channels.accounts import SECRETS, accounts, missing_secrets
from channels.sessions import ACCOUNT, CHANNEL
from channels.zalo_tokens import DIES_AFTER_S
from conversations import AccountStanding, Standing, Tries
from settings import Settings

WEB, WEB_ACCOUNT = CHANNEL, ACCOUNT
ACCESS_LIVES = timedelta(seconds=DIES_AFTER_S)
REFRESH_LIVES = timedelta(days=90)
SHORT_PAUSE = timedelta(minutes=1)
# A refused or passing try says that something is wrong with us or the platform; an undeliverable one is the customer's.
FAULTS = frozenset({"retry", "refused", "stopped", "rate_limited"})
Token = Literal["none yet", "alive", "dead"]
Level = Literal["bad", "warn", "hint"]


@dataclass(frozen=True)
class Watch:
    """When somebody must be told (the ALARM_… settings)."""

    failed_share: float = 0.2
    failed_least: int = 20
    lately: timedelta = timedelta(minutes=10)
    waiting: timedelta = timedelta(minutes=30)
    token_ends: timedelta = timedelta(days=14)
    silent: timedelta = timedelta(hours=6)


def watch_of(settings: Settings) -> Watch:
    """The limits that the settings name."""
    return Watch(
        failed_share=settings.alarm_failed_percent / 100,
        failed_least=settings.alarm_failed_least,
        lately=timedelta(minutes=settings.alarm_failed_window_min),
        waiting=timedelta(minutes=settings.alarm_waiting_min),
        token_ends=timedelta(days=settings.alarm_token_days),
        silent=timedelta(hours=settings.alarm_silent_hours),
    )


@dataclass(frozen=True)
class TokenState:
    """A token that must be renewed; times are None where there was none yet."""

    state: Token
    renewed_at: datetime | None = None
    access_until: datetime | None = None
    refresh_until: datetime | None = None


@dataclass(frozen=True)
class AccountView:
    """One account as the operator sees it; `token` and `quota` are None where the platform has none to tell."""

    channel: str
    account: str
    configured: bool
    seen: AccountStanding
    token: TokenState | None
    quota: Mapping[str, str]

    def failed(self, lately: bool = False) -> int:
        """Tries that went wrong in the last hour, or lately."""
        return sum(_count(each, lately) for each in self.seen.tries if each.outcome in FAULTS)

    def made(self, lately: bool = False) -> int:
        """All tries."""
        return sum(_count(each, lately) for each in self.seen.tries)

    def failed_share(self, lately: bool = False) -> float:
        """Which part of the tries went wrong, 0 to 1."""
        made = self.made(lately)
        return self.failed(lately) / made if made else 0.0

    def oldest_age(self, now: datetime) -> timedelta:
        """How long the oldest waiting message has waited."""
        return now - self.seen.oldest_at if self.seen.oldest_at else timedelta(0)

    def paused(self, now: datetime) -> bool:
        """Whether nothing leaves it now."""
        return self.seen.paused_until is not None and self.seen.paused_until > now


@dataclass(frozen=True)
class ChannelView:
    """One channel; one that is off lacks the settings `missing`, and is `half` set up when others of it are there."""

    name: str
    on: bool
    half: bool
    missing: tuple[str, ...]
    refused_at: datetime | None
    accounts: tuple[AccountView, ...]


def _count(tries: Tries, lately: bool) -> int:
    return tries.lately if lately else tries.hour


def views(settings: Settings, found: Standing) -> list[ChannelView]:
    """Every channel in the order of the documentation; raises BadAccounts.

    An account that is configured no more is still shown while messages wait for it: nobody sends them.
    """
    known = accounts(settings)
    names: dict[str, list[str]] = {
        WEB: [WEB_ACCOUNT],
        "zalo": [each.name for each in known.zalo],
        "facebook": [each.name for each in known.facebook],
        "telegram": [each.name for each in known.telegram],
    }
    shown = []
    for channel, own in names.items():
        left = [
            each.account
            for each in found.accounts
            if each.channel == channel and each.account and each.account not in own and each.waiting
        ]
        missing = tuple(missing_secrets(settings, channel)) if channel in SECRETS and not own else ()
        rows = tuple(_account(found.of(channel, name), name in own, found.at) for name in (*own, *left))
        half = bool(missing) and is_half_set(settings, channel)
        shown.append(ChannelView(channel, bool(own), half, missing, found.of(channel, "").refused_at, rows))
    return shown


def is_half_set(settings: Settings, channel: str) -> bool:
    """Whether somebody began to set up the first account: some of its settings are there, some are missing."""
    return bool(missing_secrets(settings, channel)) and any(getattr(settings, name) for name in SECRETS[channel])


def _account(seen: AccountStanding, configured: bool, now: datetime) -> AccountView:
    token = token_of(seen.data, now) if seen.channel == "zalo" else None
    return AccountView(seen.channel, seen.account, configured, seen, token, quota_of(seen.data))


def token_of(data: Mapping[str, Any], now: datetime) -> TokenState:
    """Zalo's pair as the account remembers it: `renewed_at` in seconds, `dead` once it was refused."""
    stamp = data.get("renewed_at")
    renewed = datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int | float) else None
    until = renewed + REFRESH_LIVES if renewed else None
    access = renewed + ACCESS_LIVES if renewed else None
    if "dead" in data or (until is not None and until <= now):
        return TokenState("dead", renewed, access, until)
    if until is None:
        return TokenState("none yet")
    return TokenState("alive", renewed, access, until)


def quota_of(data: Mapping[str, Any]) -> dict[str, str]:
    """What the platform last told of its quota, flat and short: `quota` (Zalo) or `usage` (Facebook) in the account's row."""
    told = data.get("quota") or data.get("usage")
    if not isinstance(told, Mapping):
        return {}
    plain = ((str(name), value) for name, value in told.items() if isinstance(value, str | int | float))
    return {
        name[:40]: f"{value:g}" if isinstance(value, float) else str(value)[:60]
        for name, value in plain
        if name != "at"
    }


LEVELS: tuple[Level, ...] = ("bad", "warn", "hint")


@dataclass(frozen=True)
class Problem:
    """One thing that somebody should do; `key` names its words in `standing.yml`, `facts` fill their blanks."""

    level: Level
    key: str
    channel: str
    account: str
    facts: Mapping[str, str]


def problems(channels: Sequence[ChannelView], now: datetime, watch: Watch) -> list[Problem]:
    """What is wrong, worst first."""
    found = [each for channel in channels for view in channel.accounts for each in _of_account(view, now, watch)]
    found += _silent(channels, now, watch)
    for each in channels:
        if each.half:
            found.append(Problem("hint", "half_set", each.name, "", {"settings": ", ".join(each.missing)}))
    return sorted(found, key=lambda each: LEVELS.index(each.level))


def _of_account(view: AccountView, now: datetime, watch: Watch) -> list[Problem]:
    told: list[tuple[Level, str, dict[str, object]]] = []
    if not view.configured:
        told.append(("bad", "gone", {"waiting": view.seen.waiting}))
    told += _of_token(view.token, now, watch)
    if _stands_still(view, now):
        told.append(("bad", "paused", {"reason": view.seen.paused_reason}))
    elif view.oldest_age(now) > watch.waiting:
        minutes = int(view.oldest_age(now).total_seconds() // 60)
        told.append(("bad", "waiting", {"waiting": view.seen.waiting, "minutes": minutes}))
    if is_failing(view, watch):
        percent = round(100 * view.failed_share(lately=True))
        told.append(
            ("bad", "failing", {"percent": percent, "tries": view.made(lately=True), "reason": worst_reason(view)})
        )
    return [
        Problem(level, key, view.channel, view.account, {name: str(value) for name, value in facts.items()})
        for level, key, facts in told
    ]


def _stands_still(view: AccountView, now: datetime) -> bool:
    """A pause that somebody must hear of; short ones are the platform's own pace."""
    if view.seen.paused_until is None or not view.paused(now):
        return False
    stopped = any(each.outcome == "stopped" and each.lately for each in view.seen.tries)
    return stopped or view.seen.paused_until - now > SHORT_PAUSE


def _of_token(token: TokenState | None, now: datetime, watch: Watch) -> list[tuple[Level, str, dict[str, object]]]:
    if token is None:
        return []
    if token.state == "dead":
        return [("bad", "token_dead", {})]
    if token.refresh_until is not None and token.refresh_until - now < watch.token_ends:
        return [("warn", "token_ending", {"days": (token.refresh_until - now).days})]
    return []


def is_failing(view: AccountView, watch: Watch, already: bool = False) -> bool:
    """Whether too many deliveries fail lately; one that is `already` failing is over at half of it."""
    share = watch.failed_share / 2 if already else watch.failed_share
    return view.made(lately=True) >= watch.failed_least and view.failed_share(lately=True) >= share


def worst_reason(view: AccountView) -> str:
    """What most of the failures lately say; empty without failures."""
    failures = [each for each in view.seen.tries if each.outcome in FAULTS and each.lately]
    return max(failures, key=lambda each: each.lately).reason if failures else ""


def _silent(channels: Sequence[ChannelView], now: datetime, watch: Watch) -> list[Problem]:
    """Channels that nobody writes on while others are written on: perhaps the platform does not reach us."""
    heard = {
        each.name: max((a.seen.heard_at for a in each.accounts if a.seen.heard_at), default=None) for each in channels
    }
    latest = max((at for at in heard.values() if at), default=None)
    if latest is None or now - latest > watch.silent:
        return []
    found = []
    for each in channels:
        at = heard[each.name]
        if each.on and each.name != WEB and (at is None or now - at > watch.silent):
            key = "never_heard" if at is None else "silent"
            refused = each.refused_at is not None and (at is None or each.refused_at > at)
            found.append(Problem("warn" if refused else "hint", "wrong_secret" if refused else key, each.name, "", {}))
    return found
