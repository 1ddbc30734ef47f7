"""Duty alerts wired: what the staff's group on Telegram hears, and what its buttons do."""

from __future__ import annotations

from collections.abc import Sequence

from apps.timers import TIMERS, Timer
from care import Care
from care.duty.alerts import acknowledge, end_channels, raise_channel, raise_news
from care.duty.telling import DutyOutbox, Notice, NotTold
from channels import Listener, Webhook, duty_press
from channels.telegram_duty import DutyChat
from conversations import Database, RateLimited, Retry, SendError, WorkLoop, paused_accounts
from settings import Settings

WATCH_EVERY_S = 3.0
# A channel that stands still so long needs a person; shorter pauses are the platform's own pace.
FAILS_FROM_S = 120.0


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
    watch = Timer(lambda: watch_once(db, care), WATCH_EVERY_S)
    return [
        WorkLoop(watch, settings.database_url, TIMERS, threads=1),
        WorkLoop(outbox, settings.database_url, TIMERS, threads=1),
    ]


def watch_once(db: Database, care: Care) -> None:
    """Raise what is new, end what is over."""
    raise_news(care)
    paused = paused_accounts(db)
    for each in paused:
        if each.left_s > FAILS_FROM_S:
            raise_channel(care, each.channel, each.account, each.reason)
    end_channels(care, {f"{each.channel}/{each.account}" for each in paused})


def _not_told(error: SendError) -> NotTold:
    match error:
        case RateLimited():
            return NotTold(error.reason, error.pause_s)
        case Retry():
            return NotTold(error.reason, error.after_s)
        case _:
            return NotTold(error.reason)
