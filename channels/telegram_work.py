"""What the jobs process and the commands need of Telegram: who asks for updates, the staff's group, the hook-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.accounts import accounts
from channels.door import Listener
from channels.gateway import doors
from channels.telegram_client import TelegramClient
from channels.telegram_duty import DutyChat
from channels.telegram_pace import Limits, Pace
from channels.telegram_polling import TelegramPolling
from conversations import Database
from settings import Settings


def clients(settings: Settings) -> dict[str, TelegramClient]:
    """Every bot by its account's name; raises BadAccounts."""
    return {
        each.name: TelegramClient(each.bot_token, settings.telegram_api_url) for each in accounts(settings).telegram
    }


def pollings(settings: Settings, db: Database, listeners: Mapping[str, Sequence[Listener]]) -> list[TelegramPolling]:
    """One for each bot when TELEGRAM_POLLING says so."""
    if not settings.telegram_polling:
        return []
    door = doors(settings, db, listeners).get("telegram")
    bots = clients(settings) if door is not None else {}
    return [TelegramPolling(client, name, door, db) for name, client in bots.items() if door is not None]


def duty_chat(settings: Settings, db: Database) -> DutyChat | None:
    """The staff's group, written to by the first bot; None without a group or a bot."""
    bots = clients(settings)
    if not settings.telegram_duty_chat or not bots:
        return None
    name, client = next(iter(bots.items()))
    limits = Limits(settings.telegram_per_second, settings.telegram_chat_every_s)
    return DutyChat(client, Pace(db, name, limits), settings.telegram_duty_chat)
