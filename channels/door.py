"""A channel's way in, the same for webhooks and polling: read, stored, and only then what may follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from prometheus_client import Counter

from channels.base import PROBE, Channel, Webhook
from channels.courtesies import Courtesies
from conversations import HOLDS, Content, Database, Inbound, Taken, hear_echoes, messages_after, take_asides, take_in

RECEIVED = Counter("channel_messages_total", "Customer messages taken in", ["channel", "known"])
CLOCKS_APART = timedelta(minutes=2)
Listener = Callable[[Webhook, Sequence[str]], None]


class Door:
    """One channel with its database. `listeners` see each verified webhook before it is acknowledged: what they keep is
    then kept for sure, or the platform delivers it again. Staff who answer in the platform's own tool silence the bot for
    `staff_hold`."""

    def __init__(
        self,
        channel: Channel,
        db: Database,
        courtesies: Courtesies,
        listeners: Sequence[Listener] = (),
        staff_hold: timedelta = HOLDS,
    ) -> None:
        self.channel = channel
        self._db = db
        self._courtesies = courtesies
        self._listeners = listeners
        self._staff_hold = staff_hold

    def receive(self, webhook: Webhook) -> None:
        """Returns once everything in it is stored; raises Forged, Malformed, DatabaseAway."""
        self.take(webhook, self.channel.verify(webhook))

    def take(self, webhook: Webhook, accounts: Sequence[str]) -> None:
        """The same for what needs no signature, having been asked for."""
        inbounds = self.channel.parse(webhook, accounts)
        taken = take_in(self._db, inbounds) if inbounds else []
        for inbound, where in zip(inbounds, taken, strict=True):
            RECEIVED.labels(self.channel.name, "new" if where.new else "again").inc()
            if started_again(self._db, inbound, where):
                take_in(self._db, [replace(inbound, kind="message", content=Content(text=inbound.content.text))])
        hear_echoes(self._db, self.channel.echoes(webhook, accounts))
        if asides := self.channel.asides(webhook, accounts):
            take_asides(self._db, asides, self._staff_hold)
        if not inbounds and PROBE not in webhook.headers:  # what stores no message is a sign of life too
            for account in {each.account for each in asides} or accounts:
                self._db.signs.heard(self.channel.name, account)
        for listen in self._listeners:
            listen(webhook, accounts)
        quiet = {each.user_id for each, where in zip(inbounds, taken, strict=True) if where.held or not where.new}
        offered = self.channel.courtesies(webhook, accounts)
        self._courtesies.offer(each for each in offered if each.to not in quiet)

    def turned_away(self, webhook: Webhook) -> None:
        """Note that one was refused, which may be the platform itself, signing with a secret that we don't have."""
        if PROBE not in webhook.headers:
            self._db.signs.refused(self.channel.name)


def started_again(db: Database, inbound: Inbound, where: Taken) -> bool:
    """Whether somebody whom we know pressed "start" (a greeting with words): they want to hear something.

    The first start's own redelivery is told from it by time: the conversation did not exist before it was sent.
    """
    if inbound.kind != "greet" or where.new or not inbound.content.text:
        return False
    first = messages_after(db, where.conversation_id, 0, 1)
    return bool(first) and first[0].created_at < inbound.sent_at - CLOCKS_APART
