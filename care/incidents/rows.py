"""What is written of an incident beside its outage, and which states mean that it goes on."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.incidents.tables import Incident

GOING_ON = ("running", "overrun")


def note_incident(session: Session, code: str, **known: bool | str) -> None:
    """Write what is known of an incident; what is not named stays, or is the least when it is new."""
    row = insert(Incident).values(**{"code": code, "whole_feeder": False, "held": False, **known})
    session.execute(row.on_conflict_do_update(index_elements=[Incident.code], set_=known))
