"""Who was told of an outage follows it: its news reach them too, without a ticket."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.errors import NotFound
from care.incidents.tables import Incident, OutageFollower
from care.tables import Outage
from care.wired import Care

MERGES = 10


def follow(care: Care, code: str, conversation_id: str) -> str:
    """The conversation hears of this outage from now on; the code of what it follows, which may have taken `code` in.

    The same again changes nothing. Raises NotFound.
    """
    now = care.now()
    with care.database.transaction() as session:
        outage = _standing(session, code.upper())
        row = insert(OutageFollower).values(outage_id=outage.id, conversation_id=conversation_id, at=now)
        session.execute(row.on_conflict_do_nothing())
        session.commit()
        return outage.code


def followers_of(session: Session, outage: Outage) -> Sequence[str]:
    """The conversations that follow it."""
    return session.scalars(
        select(OutageFollower.conversation_id).where(OutageFollower.outage_id == outage.id).order_by(OutageFollower.at)
    ).all()


def move_followers(session: Session, ended: str, into: str) -> None:
    """Who followed one incident follows the one that took it in."""
    session.flush()
    session.execute(
        text(
            "INSERT INTO care.outage_follower (outage_id, conversation_id, at)"
            " SELECT new.id, f.conversation_id, f.at FROM care.outage_follower f"
            " JOIN care.outage old ON old.id = f.outage_id AND old.code = :ended"
            " JOIN care.outage new ON new.code = :into"
            " ON CONFLICT DO NOTHING"
        ),
        {"ended": ended, "into": into},
    )


def _standing(session: Session, code: str) -> Outage:
    asked = code
    for _ in range(MERGES):
        into = session.scalar(select(Incident.merged_into).where(Incident.code == code))
        if into is None:
            break
        code = into
    outage = session.scalar(select(Outage).where(Outage.code == code).with_for_update(read=True, key_share=True))
    if outage is None:
        raise NotFound("outage", asked)
    return outage
