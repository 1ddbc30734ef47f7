"""Telegram bots as a channel: webhooks known by their secret, what a bot does at once, who sends.

Only private chats are served. In groups the bot is silent; who calls it by a command there is told where to write.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels.accounts import TelegramAccount
from channels.base import Capabilities, Courtesy, Webhook, part, words
from channels.errors import Forged
from channels.telegram_pace import Limits, Pace
from channels.telegram_reading import NAME, read
from channels.telegram_rendering import CAN, messages
from channels.telegram_texts import texts
from conversations import Aside, Content, Database, Echo, Inbound, Sender

TOLD_AGAIN_AFTER = timedelta(minutes=10)
MOST_GROUPS = 500
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name


class Telegram:
    """The channel: every configured bot behind one webhook address, told apart by their secrets."""

    name = NAME
    can: Capabilities = CAN

    def __init__(self, accounts: Sequence[TelegramAccount], api_url: str, limits: Limits, duty_chat: str = "") -> None:
        self._accounts = {account.name: account for account in accounts}
        self._api_url = api_url.rstrip("/")
        self._limits = limits
        self._duty_chat = duty_chat
        self._told: dict[str, datetime] = {}  # of this process: a few of them tell a group a few times

    def verify(self, webhook: Webhook) -> Sequence[str]:
        """See `Channel`."""
        told = webhook.headers.get(SECRET_HEADER, "").encode("utf8", "replace")
        known = [account for account in self._accounts.values() if account.webhook_secret]
        ours = [each.name for each in known if hmac.compare_digest(each.webhook_secret.encode(), told)]
        if not ours:
            raise Forged("wrong or missing secret")
        return ours[:1]

    def parse(self, webhook: Webhook, accounts: Sequence[str]) -> list[Inbound]:
        """See `Channel`."""
        inbound = read(webhook.event, accounts[0], webhook.received_at)
        return [inbound] if inbound else []

    def echoes(self, webhook: Webhook, accounts: Sequence[str]) -> list[Echo]:
        """Telegram shows a bot nothing of what it sent."""
        return []

    def asides(self, webhook: Webhook, accounts: Sequence[str]) -> list[Aside]:
        """None yet."""
        return []

    def courtesies(self, webhook: Webhook, accounts: Sequence[str]) -> list[Courtesy]:
        """A pressed button is let go, a person who wrote sees "typing…", a group that calls is told where to write."""
        update = webhook.event
        query, message = part(update, "callback_query"), part(update, "message")
        chat = part(message or part(query, "message") or part(update, "my_chat_member"), "chat")
        called: list[Courtesy] = []
        if words(query, "id"):
            called.append(self._call(accounts[0], "answerCallbackQuery", callback_query_id=words(query, "id")))
        if words(chat, "type") == "private":
            if message or query:
                called.append(self._call(accounts[0], "sendChatAction", chat_id=chat.get("id"), action="typing"))
        elif self._calls_us(update, chat) and self._may_tell(words(chat, "id"), webhook.received_at):
            called.append(self._call(accounts[0], "sendMessage", chat_id=chat.get("id"), text=texts().in_a_group))
        return called

    def greet(self, query: Mapping[str, str]) -> str:
        """Telegram has no handshake."""
        return ""

    def render(self, content: Content) -> list[dict[str, Any]]:
        """See `Channel`."""
        return messages(content)

    def senders(self, db: Database, read: Callable[[str], bytes | None]) -> dict[str, Sender]:
        """One sender per bot."""
        # A second and 30 MB that the gateway never needs.
        from channels.telegram_client import TelegramClient
        from channels.telegram_sending import TelegramSender

        return {
            name: TelegramSender(TelegramClient(account.bot_token, self._api_url), Pace(db, name, self._limits), read)
            for name, account in self._accounts.items()
        }

    def _calls_us(self, update: Mapping[str, Any], chat: Mapping[str, Any]) -> bool:
        """By a command, or by being let into the group; the staff's own group needs no telling."""
        if words(chat, "type") not in ("group", "supergroup") or words(chat, "id") == self._duty_chat:
            return False
        change = part(update, "my_chat_member")
        joined = words(part(change, "new_chat_member"), "status") in ("member", "administrator")
        was_in = words(part(change, "old_chat_member"), "status") in ("member", "administrator")
        return words(part(update, "message"), "text").startswith("/") or (joined and not was_in)

    def _may_tell(self, group: str, now: datetime) -> bool:
        """Not again so soon: a group that plays with commands must not use up what customers need of our limits."""
        self._told = {each: at for each, at in self._told.items() if now - at < TOLD_AGAIN_AFTER}
        if group in self._told or len(self._told) >= MOST_GROUPS:
            return False
        self._told[group] = now
        return True

    def _call(self, account: str, method: str, **body: Any) -> Courtesy:
        return Courtesy(f"{self._api_url}/bot{self._accounts[account].bot_token}/{method}", body)
