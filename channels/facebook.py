"""Facebook Messenger as a channel: every page behind one webhook address, the handshake, signatures, courtesies."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from channels.accounts import FacebookAccount
from channels.base import Capabilities, Courtesy, Webhook, words
from channels.errors import Forged, Malformed
from channels.facebook_graph import Graph, Terms
from channels.facebook_reading import Event, deed, events, parse
from channels.facebook_sending import CAN, NAME, FacebookSender, messages
from channels.facebook_threads import PAGE_INBOX, asides, asks_for_thread, echoes
from channels.throttle import Throttle
from conversations import Aside, Content, Database, Echo, Inbound, Sender

SIGNS_AT_ONCE, SIGNS_PER_S = 10.0, 5.0  # of each page and gateway process; two calls each
SIGNATURE_HEADER = "X-Hub-Signature-256"


class Facebook:
    """The channel: every configured page behind one webhook address, each with the secret of its own app."""

    name = NAME
    can: Capabilities = CAN

    def __init__(self, accounts: Sequence[FacebookAccount], graph_url: str, terms: Terms | None = None) -> None:
        self._accounts = {account.name: account for account in accounts}
        self._graph_url, self._terms = graph_url, terms or Terms()
        self._signs = Throttle(SIGNS_AT_ONCE, SIGNS_PER_S)
        self._graphs = {account.name: Graph(account, graph_url, self._terms.version) for account in accounts}

    def verify(self, webhook: Webhook) -> Sequence[str]:
        """Pages of the app that signed it."""
        header = webhook.headers.get(SIGNATURE_HEADER, "").strip()
        ours = [each for each in self._accounts.values() if signed(each.app_secret, webhook.body, header)]
        if not ours:
            raise Forged("wrong or missing signature")
        return [account.name for account in ours]

    def parse(self, webhook: Webhook, accounts: Sequence[str]) -> list[Inbound]:
        """What a batch asks us to store, oldest first; raises Malformed."""
        return parse(webhook.event, accounts)

    def asides(self, webhook: Webhook, accounts: Sequence[str]) -> list[Aside]:
        """Receipts, and who else answers on the page."""
        return asides(webhook.event, {name: self._accounts[name].app_id for name in accounts})

    def echoes(self, webhook: Webhook, accounts: Sequence[str]) -> list[Echo]:
        """What we sent ourselves: only that has our name on it."""
        return echoes(webhook.event, accounts)

    def courtesies(self, webhook: Webhook, accounts: Sequence[str]) -> list[Courtesy]:
        """To whoever wrote “seen” and “typing…”, once a batch; to staff who ask for a thread the thread.

        Never for a thread that another app holds: there the customer would wait for an answer that is not ours.
        """
        now = webhook.received_at.timestamp()
        called: dict[tuple[str, str], list[Courtesy]] = {}
        for event in events(webhook.event, accounts):
            key = (event.account, event.person)
            if asks_for_thread(event) and event.person:
                called[key] = [self._passed_to_inbox(event)]
            elif not event.standby and key not in called and _said_something(event) and self._may_show(event, now):
                called[key] = [self._shown(event, "mark_seen"), self._shown(event, "typing_on")]
        return [each for listed in called.values() for each in listed]

    def greet(self, query: Mapping[str, str]) -> str:
        """The challenge of the handshake, when it knows one of our verify tokens."""
        told = query.get("hub.verify_token", "").encode()
        known = [hmac.compare_digest(each.verify_token.encode(), told) for each in self._accounts.values()]
        if query.get("hub.mode") != "subscribe" or not any(known):
            raise Forged("wrong verify token")
        return query.get("hub.challenge", "")

    def render(self, content: Content) -> list[dict[str, Any]]:
        """See `Channel`."""
        return messages(content)

    def senders(self, db: Database, read: Callable[[str], bytes | None]) -> dict[str, Sender]:
        """One sender per page; what is used of its allowance is kept in the database."""
        return {
            name: FacebookSender(account, self._graph_url, self._terms, db) for name, account in self._accounts.items()
        }

    def _may_show(self, event: Event, now: float) -> bool:
        """A storm's signs must not use up the calls that its answers need."""
        return not self._signs.wait_s(event.account, f"{event.person} {words(event.told, 'timestamp')}", now)

    def _shown(self, event: Event, action: str) -> Courtesy:
        body = {"recipient": {"id": event.person}, "sender_action": action}
        return Courtesy(self._graphs[event.account].address("me/messages"), body, to=event.person)

    def _passed_to_inbox(self, event: Event) -> Courtesy:
        body = {"recipient": {"id": event.person}, "target_app_id": int(PAGE_INBOX)}
        return Courtesy(self._graphs[event.account].address("me/pass_thread_control"), body)


def signed(app_secret: str, body: bytes, header: str) -> bool:
    """Whether `header` is Facebook's signature."""
    return hmac.compare_digest(signature_of(app_secret, body).encode(), header.encode("utf8", "replace"))


def signature_of(app_secret: str, body: bytes) -> str:
    """Facebook's signature: `sha256=` and the HMAC-SHA256 of the raw body under the app's secret."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def _said_something(event: Event) -> bool:
    try:
        return deed(event) is not None
    except Malformed:
        return False
