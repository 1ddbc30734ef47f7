"""What operators watch of each channel: taken, refused, acknowledged, delivered, not delivered and why."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Histogram

from conversations import Outbound, Sender, SendError

RECEIVED = Counter("channel_messages_total", "Customer messages taken in", ["channel", "known"])
TURNED_AWAY = Counter("channel_webhooks_refused_total", "Webhooks not taken", ["channel", "why"])
ACKNOWLEDGED = Histogram(
    "channel_acknowledged_ms",
    "From a signed webhook to its acknowledgement, its commit included",
    ["channel"],
    buckets=(2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000),
)
DELIVERED = Counter("channel_delivered_total", "Messages that a platform took", ["channel", "account"])
NOT_DELIVERED = Counter(
    "channel_not_delivered_total", "Tries that a platform or the way to it refused", ["channel", "account", "kind"]
)


class CountedSender:
    """A sender whose successes and failures are counted; `kind` is the error's name: Retry, RateLimited, Refused…"""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def send(self, out: Outbound) -> str | None:
        """See `Sender`."""
        try:
            sent = self._sender.send(out)
        except SendError as error:
            NOT_DELIVERED.labels(out.channel, out.account, type(error).__name__).inc()
            raise
        DELIVERED.labels(out.channel, out.account).inc()
        return sent


def counted(senders: Mapping[tuple[str, str], Sender]) -> dict[tuple[str, str], Sender]:
    """The same senders, counted."""
    return {key: CountedSender(sender) for key, sender in senders.items()}
