"""Zalo official accounts as a channel: webhooks known by their signature, who sends."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from channels.accounts import ZaloAccount
from channels.base import Capabilities, Courtesy, Webhook, words
from channels.errors import Forged
from channels.zalo_client import PER_MINUTE
from channels.zalo_reading import NAME, asides_of, echoes_of, inbound_of
from channels.zalo_rendering import CAN, messages
from channels.zalo_rules import RULES, ZaloRules
from channels.zalo_sending import ZaloSender
from channels.zalo_tokens import ZaloAddresses
from conversations import Aside, Content, Database, Echo, Inbound, Sender

SIGNATURE_HEADER = "X-ZEvent-Signature"
SIGNATURE = re.compile(r"mac=([0-9a-f]{64})", re.IGNORECASE)


class Zalo:
    """The channel: every configured official account behind one webhook address."""

    name = NAME
    can: Capabilities = CAN

    def __init__(
        self,
        accounts: Sequence[ZaloAccount],
        addresses: ZaloAddresses,
        per_minute: float = PER_MINUTE,
        rules: ZaloRules = RULES,
    ) -> None:
        self._accounts = {account.app_id: account for account in accounts}
        self._per_minute = per_minute
        self._addresses, self._rules = addresses, rules

    def verify(self, webhook: Webhook) -> Sequence[str]:
        """See `Channel`."""
        signature = SIGNATURE.fullmatch(webhook.headers.get(SIGNATURE_HEADER, "").strip())
        if signature is None:
            raise Forged("no signature")
        event = webhook.event  # the signed text takes two fields from inside the body
        account = self._accounts.get(words(event, "app_id"))
        if account is None or not signed(account, webhook.body, words(event, "timestamp"), signature[1]):
            raise Forged("wrong app or signature")
        return [account.name]

    def parse(self, webhook: Webhook, accounts: Sequence[str]) -> list[Inbound]:
        """See `Channel`."""
        if words(webhook.event, "event_name").startswith("anonymous_") and not self._rules.answers_anonymous:
            return []
        inbound = inbound_of(webhook.event, webhook, accounts[0], self._rules.window)
        return [inbound] if inbound else []

    def echoes(self, webhook: Webhook, accounts: Sequence[str]) -> list[Echo]:
        """What the account itself sent."""
        return echoes_of(webhook.event, accounts[0])

    def asides(self, webhook: Webhook, accounts: Sequence[str]) -> list[Aside]:
        """Receipts, who unfollowed, and staff who answered in Zalo's own tool."""
        return asides_of(webhook.event, webhook, accounts[0])

    def courtesies(self, webhook: Webhook, accounts: Sequence[str]) -> list[Courtesy]:
        """Zalo has none."""
        return []

    def greet(self, query: Mapping[str, str]) -> str:
        """Zalo documents no challenge; one that comes all the same is echoed."""
        challenge = query.get("hub.challenge", "")
        return challenge if re.fullmatch(r"[\w.-]{0,200}", challenge) else ""

    def render(self, content: Content) -> list[dict[str, Any]]:
        """See `Channel`."""
        return messages(content, self._rules.picture)

    def senders(self, db: Database, read: Callable[[str], bytes | None]) -> dict[str, Sender]:
        """One sender per official account."""
        return {
            name: ZaloSender(account, self._addresses, db, per_minute=self._per_minute, read=read, rules=self._rules)
            for name, account in self._accounts.items()
        }


def signed(account: ZaloAccount, body: bytes, timestamp: str, signature: str) -> bool:
    """Whether `signature` is Zalo's."""
    return hmac.compare_digest(mac_of(account, body, timestamp), signature.lower())


def mac_of(account: ZaloAccount, body: bytes, timestamp: str) -> str:
    """Zalo's signature: plain SHA-256 (not HMAC) of app id, raw body, timestamp and the OA secret key."""
    told = account.app_id.encode() + body + timestamp.encode("utf8", "replace") + account.oa_secret_key.encode()
    return hashlib.sha256(told).hexdigest()
