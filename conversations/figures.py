"""How each account stands, for whoever looks after the channels: figures only, nothing of what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conversations.database import Database
    from conversations.signs import Noted

KEPT = "1 day"


@dataclass(frozen=True)
class Tries:
    """How often a delivery ended with `outcome` (see `signs.outcome_of`) for `reason` in the last hour and lately."""

    outcome: str
    reason: str
    hour: int
    lately: int


@dataclass(frozen=True)
class AccountStanding:
    """One account's figures; times are aware, None: never. `data` is what the account remembers, its secrets too."""

    channel: str
    account: str
    heard_at: datetime | None = None
    refused_at: datetime | None = None
    sent_at: datetime | None = None
    waiting: int = 0
    oldest_at: datetime | None = None
    paused_until: datetime | None = None
    paused_reason: str = ""
    tries: tuple[Tries, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """All accounts that ever did something, at the database's time `at`."""

    at: datetime
    accounts: Sequence[AccountStanding]

    def of(self, channel: str, account: str) -> AccountStanding:
        """The figures of one account, empty ones when it never did anything."""
        known = (each for each in self.accounts if (each.channel, each.account) == (channel, account))
        return next(known, AccountStanding(channel, account))


def standing(db: Database, lately_s: float = 600.0) -> Standing:
    """Read every account's figures; `lately` is the last `lately_s` seconds. Raises DatabaseAway."""
    rows = db.execute("account_standing", {})
    tallies = db.execute("account_tallies", {"lately_s": lately_s})
    tries: dict[tuple[str, str], list[Tries]] = {}
    for each in tallies:
        tries.setdefault((each.channel, each.account), []).append(
            Tries(each.outcome, each.reason, each.hour, each.lately)
        )
    accounts = [
        AccountStanding(
            row.channel,
            row.account,
            row.heard_at,
            row.refused_at,
            row.sent_at,
            row.waiting,
            row.oldest_at,
            row.paused_until,
            row.paused_reason or "",
            tuple(tries.get((row.channel, row.account), ())),
            row.data,
        )
        for row in rows
        if row.channel is not None
    ]
    return Standing(rows[0].now, accounts)


def note(db: Database, noted: Noted) -> None:
    """Keep what a process noted; in one order, so that two processes can't block each other."""
    lives = sorted(noted.lives)
    if lives:
        db.execute(
            "note_lives",
            {
                "channels": [channel for channel, _ in lives],
                "accounts": [account for _, account in lives],
                "heard": ["heard" in noted.lives[key] for key in lives],
                "refused": ["refused" in noted.lives[key] for key in lives],
                "sent": ["sent" in noted.lives[key] for key in lives],
            },
        )
    tries = sorted(noted.tries)
    if tries:
        columns = [list(column) for column in zip(*tries, strict=True)]
        names = ("channels", "accounts", "outcomes", "reasons")
        counts = [noted.tries[key] for key in tries]
        db.execute("note_tries", {**dict(zip(names, columns, strict=True)), "tries": counts})


def forget_tallies(db: Database) -> None:
    """Drop the figures of days that are over."""
    db.execute("forget_tallies", {"kept": KEPT})
