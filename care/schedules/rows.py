"""One row of a schedule as a planned outage; what is wrong with it is told in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from bot.vietnamese import Place, find_place, fold, nfc
from care.due import UTC, VIETNAM

# What the corporations call their columns (folded), by what we call them.
COLUMNS = {
    "start": (
        "start",
        "fromdate",
        "tu ngay",
        "tungay",
        "bat dau",
        "batdau",
        "thoi gian bat dau",
        "ngay bat dau",
        "starts_at",
    ),
    "end": (
        "end",
        "todate",
        "den ngay",
        "denngay",
        "ket thuc",
        "ketthuc",
        "thoi gian ket thuc",
        "ngay ket thuc",
        "ends_at",
    ),
    "station": ("stationcode", "matram", "ma tram", "station"),
    "area": ("khu vuc", "stationname", "tentram", "ten tram", "area", "khuvuc", "noi mat dien"),
    "reason": ("reason", "ly do", "lydo", "noi dung"),
    "status": ("statusstr", "status", "trang thai", "trangthai"),
    "province": ("province", "tinh", "tinh/thanh pho"),
    "ward": ("ward", "phuong/xa", "xa/phuong", "phuong xa", "xa phuong"),
}
STATES = {
    "da duyet": "approved",
    "duyet": "approved",
    "approved": "approved",
    "hoan": "postponed",
    "tam hoan": "postponed",
    "postponed": "postponed",
    "huy": "cancelled",
    "da huy": "cancelled",
    "cancelled": "cancelled",
    "dang thuc hien": "running",
    "running": "running",
    "": "approved",
}
_ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2})[:hg](\d{2})(?::\d{2})?(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ ,]+(\d{1,2})[:hg](\d{2})(?::\d{2})?)?")
_TIME_FIRST = re.compile(r"(\d{1,2})[:hg](\d{2})(?::\d{2})?[ ,]+(?:ngay )?(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
LONGEST = 2_000


class BadRow(ValueError):
    """Why a row cannot be taken."""


@dataclass(frozen=True)
class Planned:
    """A row understood; `station` "" when the schedule names none, `place` what its area says."""

    station: str
    area: str
    reason: str
    status: str
    starts_at: datetime
    ends_at: datetime
    province: str
    place: Place


def planned(row: Mapping[str, Any], province: str) -> Planned:
    """The outage of a row; `province` is the file's where the row has none of its own. Raises BadRow."""
    values = _named(row)
    starts_at, ends_at = _moment(values.get("start"), "start"), _moment(values.get("end"), "end")
    if ends_at <= starts_at:
        raise BadRow("ends before it starts")
    station = _text(values.get("station")).upper()
    area = _text(values.get("area"))
    if not station and not area:
        raise BadRow("names neither a station nor an area")
    status = STATES.get(fold(_text(values.get("status"))))
    if status is None:
        raise BadRow(f"unknown status {_text(values.get('status'))[:40]!r}")
    own = _text(values.get("province"))
    ward = _text(values.get("ward"))
    place = _place(", ".join(filter(None, (area, ward))), own or province)
    return Planned(
        station=station,
        area=area,
        reason=_text(values.get("reason")) or "kế hoạch của đơn vị",
        status=status,
        starts_at=starts_at,
        ends_at=ends_at,
        province=place.province or own or province,
        place=place,
    )


@lru_cache(maxsize=50_000)
def _place(words: str, province: str) -> Place:
    return find_place(words[:500], province or None)


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    folded = {" ".join(fold(str(name)).split()): value for name, value in row.items()}
    return {ours: folded[theirs] for ours, names in COLUMNS.items() for theirs in reversed(names) if theirs in folded}


def _text(value: object) -> str:
    text = "" if value is None else nfc(str(value))
    return " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())[:LONGEST]


def _moment(value: object, name: str) -> datetime:
    if isinstance(value, datetime):
        local = value if value.tzinfo else value.replace(tzinfo=VIETNAM)
        return _sensible(local, name)
    if isinstance(value, date):
        return _sensible(datetime.combine(value, time(), VIETNAM), name)
    text = " ".join(fold(_text(value)).split())
    if not text:
        raise BadRow(f"has no {name}")
    try:
        return _sensible(_read(text), name)
    except (ValueError, OverflowError):
        raise BadRow(f"{name} is not a date: {text[:40]!r}") from None


def _read(text: str) -> datetime:
    if match := _ISO.fullmatch(text.upper()):
        year, month, day, hour, minute, zone = match.groups()
        local = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=VIETNAM)
        return local if zone is None else datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M}{zone}")
    if match := _TIME_FIRST.fullmatch(text):
        hour, minute, day, month, year = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year, hour, minute = match.groups()
    else:
        raise ValueError(text)
    return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=VIETNAM)


def _sensible(moment: datetime, name: str) -> datetime:
    utc = moment.astimezone(UTC)
    if not 2015 <= utc.year < 2100:
        raise BadRow(f"{name} is in {utc.year}")
    return utc
