"""Locks on names, held until the transaction ends: for what no row stands for yet."""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def lock_names(session: Session, *names: str) -> None:
    """Hold each name alone; taken in one order everywhere, so that two callers cannot block each other."""
    numbers = sorted({_number(name) for name in names})
    if numbers:
        session.execute(select(*(func.pg_advisory_xact_lock(number) for number in numbers)))


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
