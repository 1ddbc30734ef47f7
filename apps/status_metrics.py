"""The figures of `/status` as Prometheus gauges, read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from channels.standing import AccountView, ChannelView, Problem
from conversations import DatabaseAway, Standing

ReadStatus = Callable[[], tuple[Standing, list[ChannelView], list[Problem]]]
ACCOUNT = ("channel", "account")
GAUGES: dict[str, tuple[str, Callable[[AccountView, datetime], float | None]]] = {
    "channel_last_webhook_timestamp_seconds": (
        "When the account was last heard",
        lambda view, _: _stamp(view.seen.heard_at),
    ),
    "channel_last_delivery_timestamp_seconds": (
        "When a message was last delivered",
        lambda view, _: _stamp(view.seen.sent_at),
    ),
    "channel_waiting_messages": ("Messages that wait to be sent", lambda view, _: view.seen.waiting),
    "channel_oldest_waiting_seconds": (
        "How long the oldest of them has waited",
        lambda view, now: view.oldest_age(now).total_seconds(),
    ),
    "channel_paused": ("Whether nothing leaves the account now", lambda view, now: float(view.paused(now))),
    "channel_failed_share": ("Which part of the last hour's deliveries failed", lambda view, _: view.failed_share()),
    "channel_token_age_seconds": (
        "How long ago the token was renewed",
        lambda view, now: (
            (now - view.token.renewed_at).total_seconds() if view.token and view.token.renewed_at else None
        ),
    ),
    "channel_token_refresh_until_timestamp_seconds": (
        "Until when the token can be renewed without a person",
        lambda view, _: _stamp(view.token.refresh_until) if view.token else None,
    ),
}


class StatusCollector(Collector):
    """Reads the channels once a scrape; while the database is away there are no figures but `channel_status_read`."""

    def __init__(self, read: ReadStatus) -> None:
        self._read = read

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Every gauge, and the tries of the last hour by outcome and reason."""
        alive = GaugeMetricFamily("channel_status_read", "Whether the figures could be read")
        try:
            found, channels, problems = self._read()
        except DatabaseAway:
            alive.add_metric([], 0)
            return [alive]
        alive.add_metric([], 1)
        accounts = [view for channel in channels for view in channel.accounts]
        return [alive, _switched(channels), _wrong(problems), _tries(accounts), *_gauges(accounts, found.at)]


def _gauges(accounts: Iterable[AccountView], now: datetime) -> list[GaugeMetricFamily]:
    shown = list(accounts)
    made = []
    for name, (help_text, value_of) in GAUGES.items():
        family = GaugeMetricFamily(name, help_text, labels=ACCOUNT)
        for view in shown:
            value = value_of(view, now)
            if value is not None:
                family.add_metric((view.channel, view.account), value)
        made.append(family)
    return made


def _switched(channels: Iterable[ChannelView]) -> GaugeMetricFamily:
    family = GaugeMetricFamily("channel_on", "Whether the channel has its settings", labels=("channel",))
    for each in channels:
        family.add_metric((each.name,), float(each.on))
    return family


def _wrong(problems: Iterable[Problem]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "channel_problem", "What somebody should do; 1 while it is so", labels=(*ACCOUNT, "level", "what")
    )
    for each in problems:
        family.add_metric((each.channel, each.account, each.level, each.key), 1)
    return family


def _tries(accounts: Iterable[AccountView]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "channel_tries_last_hour", "Deliveries tried in the last hour", labels=(*ACCOUNT, "outcome", "reason")
    )
    for view in accounts:
        for each in view.seen.tries:
            if each.hour:
                family.add_metric((view.channel, view.account, each.outcome, each.reason), each.hour)
    return family


def _stamp(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
