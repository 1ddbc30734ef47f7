"""What the jobs process and the commands need of Telegram: who asks for updates, the staff's group, the hook-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.accounts import TelegramAccount, accounts
from channels.door import Listener
from channels.gateway import doors
from channels.telegram_client import TelegramClient
from channels.telegram_duty import DutyChat
from channels.telegram_pace import Pace, limits_of
from channels.telegram_polling import TelegramPolling
from conversations import Database, open_intake
from settings import Settings


def pollings(settings: Settings, db: Database, listeners: Mapping[str, Sequence[Listener]]) -> list[TelegramPolling]:
    """One for each bot when TELEGRAM_POLLING says so; raises BadAccounts."""
    door = doors(settings, db, open_intake(db), listeners).get("telegram") if settings.telegram_polling else None
    if door is None:
        return []
    return [TelegramPolling(_client(settings, bot), bot.name, door, db) for bot in accounts(settings).telegram]


def duty_chat(settings: Settings, db: Database) -> DutyChat | None:
    """The staff's group, written to by the first bot; None without a group or a bot. Raises BadAccounts."""
    bot = next(iter(accounts(settings).telegram), None)
    if not settings.telegram_duty_chat or bot is None:
        return None
    pace = Pace(db, bot.name, limits_of(settings))
    return DutyChat(_client(settings, bot), pace, settings.telegram_duty_chat)


def _client(settings: Settings, bot: TelegramAccount) -> TelegramClient:
    return TelegramClient(bot.bot_token, settings.telegram_api_url)
