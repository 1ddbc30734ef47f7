"""How fast a bot sends: Telegram's limits in all and per person, kept by all delivery processes together.

Each send reserves its moment in the account's row under the row's lock, which at Telegram's 30 a second is no burden.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from channels.pace import SHARE_OF_LIMIT
from channels.telegram_reading import NAME
from conversations import Database, NotYet, locked_account
from settings import Settings

SLOTS = "slots"


@dataclass(frozen=True)
class Limits:
    """Messages a second in all; seconds between two to the same person, or to the same group."""

    per_second: float = 30.0
    chat_every_s: float = 1.0
    group_every_s: float = 3.0

    def every_s(self, chat: str) -> float:
        """Groups have negative ids."""
        return self.group_every_s if chat.startswith("-") else self.chat_every_s


def limits_of(settings: Settings) -> Limits:
    """A little less than the limits that the settings name."""
    return Limits(settings.telegram_per_second * SHARE_OF_LIMIT, settings.telegram_chat_every_s)


def reserve(slots: Mapping[str, float], chat: str, now: float, limits: Limits) -> tuple[float, dict[str, float] | None]:
    """When the next message to `chat` may leave, and the slots to keep then: the last of all (under the empty name), and of
    each chat that must still wait. No slots: nothing is reserved yet, ask again at that time. Pure.

    A chat that must wait holds no place meanwhile, so it neither holds up the others nor leaves in a crowd with them.
    """
    own = slots.get(chat, 0.0) + limits.every_s(chat)
    if own > now:
        return own, None
    at = max(now, slots.get("", 0.0) + 1 / limits.per_second)
    counting = {name: last for name, last in slots.items() if last + limits.every_s(name) > now}
    return at, {**counting, "": at, chat: at}


class Pace:
    """The limits of one bot."""

    def __init__(
        self,
        db: Database,
        account: str,
        limits: Limits,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._db, self._account, self._limits = db, account, limits
        self._clock, self._sleep = clock, sleep

    def wait(self, chat: str) -> None:
        """Return when a message to `chat` may leave."""
        while (after_s := self._reserved(chat)) is not None:
            self._sleep(after_s)

    def turn(self, chat: str) -> None:
        """The same, but raises NotYet when the chat itself must wait: others may go meanwhile."""
        after_s = self._reserved(chat)
        if after_s is not None:
            raise NotYet(after_s)

    def _reserved(self, chat: str) -> float | None:
        """None once a reserved moment has come; else the seconds after which the chat may ask again."""
        with locked_account(self._db, NAME, self._account) as row:
            slots = row.data.get(SLOTS)
            known = slots if isinstance(slots, dict) else {}
            at, kept = reserve(known, chat, self._clock(), self._limits)
            if kept is not None:
                row.save({**row.data, SLOTS: kept})
        after_s = max(0.0, at - self._clock())
        if kept is None:
            return after_s
        self._sleep(after_s)
        return None
