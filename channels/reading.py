"""What the readers of all platforms share: places, moments, and something rather than nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from channels.wording import says_something
from conversations import Attachment, Content, Location

LAST_SECOND = 10**11


def place(lat: object, lon: object) -> Location | None:
    """A pin by its degrees; None for what are no degrees on earth."""
    if not (_degrees(lat, 90) and _degrees(lon, 180)):
        return None
    return Location(float(lat), float(lon))  # type: ignore[arg-type]  # _degrees: numbers


def _degrees(value: object, most: float) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= most  # type: ignore[arg-type]  # a number; no comparison holds for what is none


def moment(stamp: object, per_second: int = 1) -> datetime | None:
    """A platform's time, counted since 1970 in parts of a second; None for what is none."""
    known = isinstance(stamp, int) and not isinstance(stamp, bool) and 0 < stamp < LAST_SECOND * per_second
    return datetime.fromtimestamp(stamp / per_second, UTC) if known else None  # type: ignore[operator]  # known: an int


def content(
    text: str,
    attachments: Sequence[Attachment],
    location: Location | None,
    *,
    otherwise: str,
    payload: str | None = None,
    album: str = "",
) -> Content:
    """What a message holds. Nobody sends nothing: without anything that we know it is something unknown, named `otherwise`."""
    words = text if says_something(text) else None
    if not (words or payload or attachments or location):
        attachments = [Attachment("unknown", name=otherwise)]
    return Content(text=words, payload=payload, attachments=tuple(attachments), location=location, album=album)
