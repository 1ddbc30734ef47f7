"""Cursors: where the last page of a list ended, opaque to callers; and pages of rows, newest first."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from care.errors import Invalid

Row = TypeVar("Row")
Place = tuple[str | int, ...]


def cursor_of(place: Place) -> str:
    """An opaque text for the last item's sort key."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(cursor: str, kinds: tuple[type, ...]) -> Place:
    """The sort key again; raises Invalid for anything that `cursor_of` did not make of these kinds."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Invalid("cursor", "not a cursor of this list") from error
    fits = isinstance(place, list) and len(place) == len(kinds)
    if not fits or not all(type(part) is kind for part, kind in zip(place, kinds, strict=True)):
        raise Invalid("cursor", "not a cursor of this list")
    if any(isinstance(part, int) and not -(2**63) <= part < 2**63 for part in place):
        raise Invalid("cursor", "not a cursor of this list")
    if any(isinstance(part, str) and "\0" in part for part in place):
        raise Invalid("cursor", "not a cursor of this list")
    return tuple(place)


def newest_first(
    session: Session, wanted: Select[Row], number: InstrumentedAttribute[int], limit: int, cursor: str | None
) -> tuple[Sequence[Row], str | None]:
    """One page of rows by falling `number`, and the cursor of the next page. Raises Invalid for a strange cursor."""
    if cursor is not None:
        wanted = wanted.where(number < place_of(cursor, (int,))[0])
    rows = session.scalars(wanted.order_by(number.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    return rows[:limit], cursor_of((getattr(rows[limit - 1], number.key),)) if more else None
