"""Since when the power is out: "từ 7h sáng", "2 tiếng rồi", "tối qua"; one moment or nothing."""

import re
from datetime import datetime, time, timedelta

from bot.vietnamese.dates import VIETNAM, find_dates
from bot.vietnamese.spans import Span, TimeRange, span_at
from bot.vietnamese.times import PERIODS, find_times
from bot.vietnamese.unicode import Aligned, align, fold

# A report says it early; what follows a page of text is another story.
_LONGEST = 2000
_NUMBERS = {
    "nua": 0.5, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi": 10, "muoi lam": 15, "hai muoi": 20, "ba muoi": 30,
}  # fmt: skip
_UNITS = {
    "tieng": 3600, "gio": 3600, "h": 3600, "g": 3600, "phut": 60, "p": 60, "ngay": 86400, "bua": 86400, "hom": 86400,
    "tuan": 604800,
}  # fmt: skip
_COUNT = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_LASTED = re.compile(
    rf"(?<![\w/])(?:(?P<n>[0-9]{{1,3}}(?:[.,][0-9])?)\s?|(?P<w>{_COUNT}|ca)\s|(?P<half_unit>)(?=tieng\sruoi))"
    r"(?P<unit>tieng|gio|h|g|phut|p|ngay|bua|hom|tuan)(?![a-z0-9])(?:\sdong\sho)?(?P<half>\sruoi)?(?:\sdong\sho)?"
    r"(?P<after>\s(?:roi|nay|truoc|lien|qua)(?!\w))?(?!\s?nua)"
)
_LASTED_CUE = re.compile(
    r"\b(?:mat|cup|duoc|da|khoang|hon|gan|co|tam|suot|cung|dien|luon|ca|toi|moi)\s(?:hon\s|gan\s|khoang\s|duoc\s)?$"
)
_POINT_CUE = re.compile(r"\b(?:tu|luc|hoi|vao|khi)\s(?:khoang\s|tam\s|luc\s|hoi\s)?$")
_MORNING_TILL_NOW = re.compile(
    r"(?<!\w)(?:tu\s)?(?P<part>hoi\ssang|sang|trua|chieu|toi|dem|khuya)\s(?:toi\s|den\s)?gio(?!\w)|(?<!\w)(?:tu|hoi)\s(?P<p2>sang|trua|chieu|toi|dem|khuya)(?!\w)"
)
_FUTURE = re.compile(r"\b(?:den|toi|truoc)\s(?:khoang\s)?$")


def find_since(text: str, now: datetime) -> Span[datetime] | None:
    """When it began, as the customer says it; None where nothing or only something vague ("nãy giờ") is said.

    The answer is aware and never after `now`. A clock time without a day is its latest passing, "6 giờ"
    read as morning or evening, whichever was last.
    """
    aligned = align(text[:_LONGEST])
    local = now.astimezone(VIETNAM) if now.tzinfo else now.replace(tzinfo=VIETNAM)
    return _lasted(aligned, local) or _clock(aligned, local) or _part_of_day(aligned, local) or _day(aligned, local)


def _lasted(aligned: Aligned, now: datetime) -> Span[datetime] | None:
    for match in _LASTED.finditer(aligned.plain):
        before = aligned.plain[max(0, match.start() - 24) : match.start()]
        clock_like = match["unit"] in ("gio", "h", "g")
        cued = match["after"] or (_LASTED_CUE.search(before) and not clock_like)
        if not cued or (clock_like and _POINT_CUE.search(before)):
            continue
        number = float(match["n"].replace(",", ".")) if match["n"] else _NUMBERS.get(match["w"] or "", 1.0)
        seconds = (number + (0.5 if match["half"] else 0)) * _UNITS[match["unit"]]
        if seconds <= 60 * 86400:
            return span_at(aligned, match.start(), match.end(), now - timedelta(seconds=seconds))
    return None


def _clock(aligned: Aligned, now: datetime) -> Span[datetime] | None:
    for found in find_times(aligned.typed, now):
        if found.value.end is not None:
            continue
        before = fold(aligned.typed[max(0, found.start - 24) : found.start]) + " "
        if _FUTURE.search(before) and not re.search(r"\btu\b", before):
            continue
        day = _nearby_day(aligned, found, now)
        spoken = fold(found.text)
        fixed = bool(re.search(r"[a-z]{3,}$", spoken)) and any(word in spoken.split() for word in PERIODS)
        moment = _latest(found.value.start, day, now, fixed)
        return Span(found.start, found.end, found.text, moment) if moment else None
    return None


def _nearby_day(aligned: Aligned, found: Span[TimeRange], now: datetime) -> datetime | None:
    """The day named within a few words of a clock time, if any."""
    for days in find_dates(aligned.typed, now):
        if -24 <= days.start - found.end <= 12 and days.value.first == days.value.last:
            return datetime.combine(days.value.first, time(), VIETNAM)
    return None


def _latest(clock: time, day: datetime | None, now: datetime, fixed: bool) -> datetime | None:
    hours = [clock.hour] if fixed or not 1 <= clock.hour <= 12 else [clock.hour % 12, clock.hour % 12 + 12]
    if day is not None and not fixed:
        hours = [clock.hour]
    days = [day] if day else [now - timedelta(days=1), now]
    moments = [d.replace(hour=h, minute=clock.minute, second=0, microsecond=0) for d in days for h in hours]
    return max((moment for moment in moments if moment <= now), default=None)


def _part_of_day(aligned: Aligned, now: datetime) -> Span[datetime] | None:
    for found in find_times(aligned.typed, now):
        if found.value.end is not None and (day := _nearby_day(aligned, found, now)):
            moment = datetime.combine(day.date(), found.value.start, VIETNAM)
            return Span(found.start, found.end, found.text, moment) if moment <= now else None
    match = _MORNING_TILL_NOW.search(aligned.plain)
    if not match or "tôi" in aligned.marked[match.start() : match.end()].split():
        return None
    begin = PERIODS[(match["part"] or match["p2"]).split()[-1]][0]
    began = _latest(begin, None, now, fixed=True)
    return span_at(aligned, match.start(), match.end(), began) if began else None


def _day(aligned: Aligned, now: datetime) -> Span[datetime] | None:
    """A past day alone; the morning (8:00) stands for when it began."""
    for found in find_dates(aligned.typed, now):
        if found.value.first < now.date():
            return Span(found.start, found.end, found.text, datetime.combine(found.value.first, time(8), VIETNAM))
    return None
