"""How often one caller may knock at a public door: counted in the database, so that all processes count together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from care.errors import TooManyTries
from care.wired import Care

COUNT = text(
    "INSERT INTO care.knock AS k (door, who, since, times) VALUES (:door, :who, :now, 1)"
    " ON CONFLICT (door, who) DO UPDATE SET"
    # A count that begins long after now is of a clock that has gone back: it would keep its caller out until then.
    " times = CASE WHEN k.since > :begin AND k.since < :soon THEN k.times + 1 ELSE 1 END,"
    " since = CASE WHEN k.since > :begin AND k.since < :soon THEN k.since ELSE :now END"
    " RETURNING times, since"
)
FORGET = text("DELETE FROM care.knock WHERE since < :long_ago")
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many times within so long."""

    times: int
    within: timedelta


def knock(care: Care, door: str, who: str, limit: Limit) -> None:
    """Count one, also when it is refused; one commit. Raises TooManyTries beyond the limit."""
    now = care.now()
    with care.database.transaction() as session:
        moments = {"now": now, "begin": now - limit.within, "soon": now + limit.within}
        row = session.execute(COUNT, {"door": door, "who": who} | moments).one()
        session.commit()
    if row.times > limit.times:
        raise TooManyTries(int((row.since + limit.within - now).total_seconds()) + 1)


def forget_old_knocks(care: Care) -> None:
    """Drop what is a day old; for a timer."""
    with care.database.transaction() as session:
        session.execute(FORGET, {"long_ago": care.now() - FORGOTTEN})
        session.commit()
