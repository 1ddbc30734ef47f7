"""Signs of life: when an account was last heard and last delivered for, and how its deliveries went, minute by minute.

Noted in memory, so that neither a webhook nor a delivery waits for it, and written by one background thread: the first
note at once, those of the next ten seconds together. A killed process loses its last seconds of them: they are figures
for whoever looks after the channels, not promises to customers.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from conversations.errors import ChannelStopped, DatabaseAway, RateLimited, Refused, SendError, Undeliverable

EVERY_S = 10.0
STOP_PATIENCE_S = 10.0
LONGEST_REASON = 40
Life = Literal["heard", "refused", "sent"]
Key = tuple[str, str]  # channel, account


@dataclass
class Noted:
    """What happened since the last writing: lives by (channel, account), tries by (channel, account, outcome, reason)."""

    lives: dict[Key, set[Life]] = field(default_factory=dict)
    tries: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)

    def add(self, other: Noted) -> None:
        """Take what `other` noted as well."""
        for key, lives in other.lives.items():
            self.lives.setdefault(key, set()).update(lives)
        self.tries.update(other.tries)


def outcome_of(error: SendError | None) -> str:
    """How a try to deliver ended, in one word."""
    match error:
        case None:
            return "sent"
        case Undeliverable():
            return "undeliverable"
        case Refused():
            return "refused"
        case RateLimited():
            return "rate_limited"
        case ChannelStopped():
            return "stopped"
        case _:
            return "retry"


def short_reason(reason: str) -> str:
    """The platform's number or the error's name, without the words behind it: those may name a person."""
    return reason.partition(": ")[0][:LONGEST_REASON]


class Signs:
    """Notes of one process; every method returns at once and is safe to call from many threads."""

    def __init__(self, write: Callable[[Noted], None], every_s: float = EVERY_S) -> None:
        self._write, self._every_s = write, every_s
        self._noted = Noted()
        self._lock = threading.Lock()
        self._some = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def heard(self, channel: str, account: str) -> None:
        """A genuine webhook, or a customer's message, came in."""
        if "heard" in self._noted.lives.get(
            (channel, account), ()
        ):  # on the path of every webhook: no lock for no news
            return
        self._note(Noted({(channel, account): {"heard"}}))

    def refused(self, channel: str) -> None:
        """A webhook without the platform's signature was turned away; it may be anybody's."""
        self._note(Noted({(channel, ""): {"refused"}}))

    def tried(self, channel: str, account: str, error: SendError | None = None) -> None:
        """One try to deliver ended, well or with `error`."""
        reason = short_reason(error.reason) if error else ""
        noted = Noted(tries=Counter({(channel, account, outcome_of(error), reason): 1}))
        if error is None:
            noted.lives[channel, account] = {"sent"}
        self._note(noted)

    def stop(self) -> None:
        """Write what is noted, then end the thread."""
        self._stopping.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join(STOP_PATIENCE_S)  # its connection must be back before the pool is closed

    def _note(self, noted: Noted) -> None:
        with self._lock:
            self._noted.add(noted)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="signs", daemon=True)
                self._thread.start()
        self._some.set()

    def _serve(self) -> None:
        last_round = False
        while not last_round:
            self._some.wait()
            self._some.clear()
            last_round = self._stopping.is_set()
            with self._lock:
                noted, self._noted = self._noted, Noted()
            if noted.lives or noted.tries:
                self._keep(noted)
            if not last_round:
                self._stopping.wait(self._every_s)

    def _keep(self, noted: Noted) -> None:
        try:
            self._write(noted)
        except DatabaseAway:  # with the next ones, once it is back
            with self._lock:
                self._noted.add(noted)
