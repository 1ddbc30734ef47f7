"""Duty alerts wired: what the staff's group on Telegram hears, and what its buttons do."""

from __future__ import annotations

from collections.abc import Sequence

from apps.channel_status import ChannelStatus
from apps.channel_watch import ChannelWatch
from apps.timers import TIMERS, Timer
from care import Care
from care.duty.alerts import acknowledge, raise_news
from care.duty.telling import DutyOutbox, Notice, NotTold
from channels import Listener, Webhook, duty_press
from channels.telegram_duty import DutyChat
from conversations import Database, RateLimited, Retry, SendError, WorkLoop
from settings import Settings

WATCH_EVERY_S = 3.0


class GroupPager:
    """The care room's Pager, filled by the Telegram group."""

    def __init__(self, chat: DutyChat) -> None:
        self._chat = chat

    def tell(self, notice: Notice) -> str:
        """See `Pager`."""
        try:
            return self._chat.tell(notice.alert_id, notice.text, notice.button)
        except SendError as error:
            raise _not_told(error) from error

    def change(self, message_id: str, notice: Notice) -> None:
        """See `Pager`."""
        try:
            self._chat.change(message_id, notice.alert_id, notice.text, notice.button)
        except SendError as error:
            raise _not_told(error) from error


def duty_listeners(settings: Settings, care: Care) -> dict[str, list[Listener]]:
    """Who takes presses in the staff's group; nobody without a group."""
    if not settings.telegram_duty_chat:
        return {}

    def listen(webhook: Webhook, accounts: Sequence[str]) -> None:
        press = duty_press(webhook, settings.telegram_duty_chat)
        if press is not None:
            acknowledge(care, press.alert_id, press.by)

    return {"telegram": [listen]}


def duty_loops(settings: Settings, db: Database, care: Care, chat: DutyChat | None) -> list[WorkLoop]:
    """What raises alerts and tells them; nothing without a group."""
    if chat is None:
        return []
    outbox = DutyOutbox(care, GroupPager(chat))
    channels = ChannelWatch(ChannelStatus(settings, db), care)
    watch = Timer(lambda: watch_once(care, channels), WATCH_EVERY_S)
    return [
        WorkLoop(watch, settings.database_url, TIMERS, threads=1),
        WorkLoop(outbox, settings.database_url, TIMERS, threads=1),
    ]


def watch_once(care: Care, channels: ChannelWatch) -> None:
    """Raise what is new, end what is over."""
    raise_news(care)
    channels.look()


def _not_told(error: SendError) -> NotTold:
    match error:
        case RateLimited():
            return NotTold(error.reason, error.pause_s)
        case Retry():
            return NotTold(error.reason, error.after_s)
        case _:
            return NotTold(error.reason)
