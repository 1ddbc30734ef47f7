"""Values of the care API, parsed where they come in: times, phones, codes, words."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, StringConstraints

from bot.vietnamese import nfc
from care.due import UTC, VIETNAM
from care.phones import stored_phone

Channel = Literal["web", "zalo", "facebook", "telegram", "phone", "email", "website", "portal", "office"]
OutageKind = Literal["planned", "incident"]
OutageStatus = Literal["approved", "running", "postponed", "cancelled", "done", "overrun"]
Match = Literal["customer_code", "street", "ward"]
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MOST_DETAILS = 40
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# A plus sign that nobody escaped arrives as a blank: 2031-01-01T00:00:00 07:00
_LOST_PLUS = re.compile(r"(T[\d:.]+) (\d{2}:?\d{2})$")


def _clean(value: object) -> object:
    """One spelling of Vietnamese, no control characters; blank is nothing."""
    return (nfc(value).strip() or None) if isinstance(value, str) else value


def _phone(value: str) -> str:
    stored = stored_phone(value)
    if stored is None:
        raise ValueError("not a phone number")
    return stored


def _moment(value: object) -> object:
    """ISO 8601 text to aware UTC; a day alone is its midnight, a time without zone is Vietnamese time."""
    if isinstance(value, datetime) or value is None:
        return value
    if not isinstance(value, str):
        raise ValueError("a date and time is text in ISO 8601")
    text = _LOST_PLUS.sub(r"\1+\2", value.strip())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a date and time in ISO 8601") from None
    local = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    try:
        utc = local.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside 2000 to 2100") from None
    if not EARLIEST <= utc < LATEST:
        raise ValueError("outside 2000 to 2100")
    return utc


def _end_of_day(value: object) -> object:
    return f"{value.strip()}T23:59:59.999999" if isinstance(value, str) and _DAY.fullmatch(value.strip()) else value


def number_as_text(value: object) -> object:
    """Numbers where names are meant, as some callers send them."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**19 else value


def stored_code(text: str) -> str:
    """A customer code in capitals, without blanks, dots and dashes; O and I in the tail are digits."""
    bare = re.sub(r"[\s.\-]", "", text).upper()
    return bare[:6] + bare[6:].replace("O", "0").replace("I", "1")


def _code(value: object) -> object:
    return stored_code(value) if isinstance(value, str) and len(value) <= 40 else value


def _few(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(value) > MOST_DETAILS or len(repr(value)) > 10_000:
        raise ValueError("more than 40 details or 10,000 characters")
    if "\\x00" in repr(value):
        raise ValueError("null characters")
    return value


Line = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=500)]
Words = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=10_000)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}$")]
ConversationId = Annotated[str, BeforeValidator(number_as_text), StringConstraints(pattern=r"^[\w.:@/+\-]{1,100}$")]
Phone = Annotated[str, StringConstraints(min_length=3, max_length=30), AfterValidator(_phone)]
CustomerCode = Annotated[str, BeforeValidator(_code), StringConstraints(pattern=r"^P[A-Z][0-9A-Z]{9,11}$")]
Moment = Annotated[datetime, BeforeValidator(_moment)]
UntilMoment = Annotated[datetime, BeforeValidator(lambda value: _moment(_end_of_day(value)))]
Details = Annotated[dict[Annotated[str, StringConstraints(max_length=60)], JsonValue], AfterValidator(_few)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[\w\-./ ]+$")]
