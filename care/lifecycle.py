"""The life of a ticket: which state may follow which. Pure."""

from datetime import datetime, timedelta
from typing import Literal, get_args

from care.errors import NotAllowed

Status = Literal["new", "accepted", "in_progress", "waiting_customer", "done", "rejected", "cancelled"]
STATUSES: tuple[Status, ...] = get_args(Status)
ENDED: frozenset[Status] = frozenset({"done", "rejected", "cancelled"})
OPEN: list[Status] = [status for status in STATUSES if status not in ENDED]
REOPENED_WITHIN = timedelta(days=7)

_NEXT: dict[Status, tuple[Status, ...]] = {
    "new": ("accepted", "rejected", "cancelled"),
    "accepted": ("in_progress", "waiting_customer", "done", "rejected", "cancelled"),
    "in_progress": ("waiting_customer", "done", "rejected", "cancelled"),
    "waiting_customer": ("in_progress", "done", "rejected", "cancelled"),
}


def allowed(status: Status, ended_at: datetime | None, now: datetime) -> tuple[Status, ...]:
    """The states that may follow; an ended ticket is reopened as `accepted` within seven days."""
    if status not in ENDED:
        return _NEXT[status]
    reopens = ended_at is not None and now - ended_at <= REOPENED_WITHIN
    return ("accepted",) if reopens else ()


def check(status: Status, to: Status, ended_at: datetime | None, now: datetime) -> None:
    """Raises NotAllowed, with what is allowed, unless `to` may follow."""
    permitted = allowed(status, ended_at, now)
    if to not in permitted:
        raise NotAllowed(status, to, permitted)
