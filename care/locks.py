"""Locks on names, held until the transaction ends: for what no row stands for yet."""

import hashlib

from sqlalchemy.orm import Session

from care.database import driver_of

# The numbers come sorted: taken in one order everywhere, two callers cannot block each other.
LOCK = "SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number"


def lock_names(session: Session, *names: str) -> None:
    """Hold each name alone."""
    if names:
        driver_of(session).execute(LOCK, [numbers_of(*names)])


def numbers_of(*names: str) -> list[int]:
    """What LOCK takes for these names."""
    return sorted({int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True) for name in names})
