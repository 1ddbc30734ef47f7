"""Asking Telegram for updates, for a machine that Telegram can't call; the same door as webhooks behind it.

An update is confirmed by asking for the next one, so only after it is stored.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from werkzeug.datastructures import Headers

from channels.base import Webhook
from channels.door import Door
from channels.errors import Malformed
from channels.telegram_client import TelegramClient
from conversations import ChannelStopped, Database, SendError

log = structlog.get_logger(__name__)

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
ASK_S = 5  # how long Telegram may hold a question open; short, because stopping waits for it
BETWEEN_S = 0.2
AFTER_FAILURE_S = 5.0
AFTER_STOP_S = 60.0


class TelegramPolling:
    """Asks for one bot, in one process at a time: Telegram refuses a second."""

    def __init__(
        self,
        client: TelegramClient,
        account: str,
        door: Door,
        db: Database,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._account, self._door, self._db = client, account, door, db
        self._clock = clock
        self._next: int | None = None
        self._due_at = 0.0
        self._webhook_off = False

    def work_once(self) -> bool:
        """Ask once and store what came; True when there may be more."""
        if self._clock() < self._due_at:
            return False
        with self._db.transaction() as connection:
            lock = "SELECT pg_try_advisory_xact_lock(hashtext(%(name)s))"
            alone = connection.exec_driver_sql(lock, {"name": f"telegram polling {self._account}"}).scalar_one()
            if not alone:
                self._due_at = self._clock() + AFTER_FAILURE_S
                return False
            try:
                return self._ask()
            except SendError as error:
                stopped = isinstance(error, ChannelStopped)
                log.warning("not asked", channel="telegram", account=self._account, reason=error.reason)
                self._due_at = self._clock() + (AFTER_STOP_S if stopped else AFTER_FAILURE_S)
                self._webhook_off = False
                return False

    def next_in_s(self) -> float:
        """Seconds until the next question."""
        return max(BETWEEN_S, self._due_at - self._clock())

    def _ask(self) -> bool:
        bot = self._client.bot
        if not self._webhook_off:  # Telegram tells nothing to who asks while a webhook is set
            self._client.run(bot.delete_webhook())
            self._webhook_off = True
        updates = self._client.updates(self._next, ASK_S, UPDATES)
        for update in updates:
            webhook = Webhook(json.dumps(update).encode(), Headers(), datetime.now(UTC))
            try:
                self._door.take(webhook, [self._account])
            except Malformed as error:  # asked for again, it would be the same
                log.warning("update unreadable", account=self._account, why=str(error))
            self._next = update["update_id"] + 1
        return bool(updates)
