"""Clock times and parts of the day: 7g30, 7 rưỡi, từ 7h đến 17h, chiều mai; accents or not."""

import re
from datetime import datetime, time

from bot.vietnamese.spans import Span, TimeRange, span_at
from bot.vietnamese.unicode import Aligned, align

_HOURS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi mot": 11, "muoi hai": 12,
}  # fmt: skip
PERIODS = {
    "sang som": (time(5), time(8)), "sang": (time(6), time(11)), "trua": (time(11), time(13)),
    "chieu toi": (time(17), time(20)), "chieu": (time(13), time(18)), "toi": (time(18), time(22)),
    "dem": (time(22), time(4)), "khuya": (time(22), time(4)), "rang sang": (time(1), time(5)),
}  # fmt: skip
_SPELLINGS = {
    "sang": {"sáng"}, "trua": {"trưa"}, "chieu": {"chiều"}, "toi": {"tối"}, "dem": {"đêm"}, "khuya": set(),
    "som": {"sớm"}, "rang": {"rạng"},
}  # fmt: skip
_TILL = r"(?!\s(?:gio|bay|chu|nay\sgio|khi|luc)\b)"
_PERIOD = rf"(?:sang\ssom|rang\ssang|chieu\stoi{_TILL}|sang|trua|chieu|toi{_TILL}|dem|khuya)"
_DAY_AFTER = r"(?=\s(?:nay|ni|qua|mai|mot|kia|hom|thu\s[2-7]|thu\s(?:hai|ba|tu|nam|sau|bay)|t[2-7]|cn|chu\snhat)\b)"
_WORDS = "|".join(sorted(_HOURS, key=len, reverse=True))
_HOURS_MARKED = frozenset({"một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "bẩy", "tám", "chín", "mười"})
_NOT_HOURS_PLAIN = frozenset({"bay", "sau", "nam"})  # bây giờ, sau giờ, nằm


def _clock(n: int) -> str:
    """One clock time; groups carry the number so that a range can hold two."""
    return (
        rf"(?:(?P<h{n}>[01]?[0-9]|2[0-4])(?:\s?(?:h|g|gio)(?:\s?(?P<m{n}>[0-5][0-9])\s?(?:p|phut)?)?|:(?P<c{n}>[0-5][0-9])"
        rf"|(?P<bare{n}>)(?=\sruoi))|(?P<w{n}>{_WORDS if n != 2 else _WORDS.replace('|bay', '')})\sgio)(?![a-z0-9])"
        rf"(?:\s(?P<half{n}>ruoi)|\skem\s(?P<less{n}>[0-5]?[0-9])(?:\s?(?:p|phut))?)?"
        rf"(?:\s(?:gio\s)?(?:buoi\s)?(?P<p{n}>{_PERIOD})(?![a-z]))?"
    )


_PATTERN = re.compile(
    r"(?<![\w:/.,])(?:"
    rf"(?P<range>(?:tu\s)?(?:luc\s)?{_clock(1)}\s?(?:-|–|~|den|toi|cho\sden|den\skhoang)\s?(?:luc\s)?{_clock(2)})"
    r"|(?P<short>(?:tu\s)?(?P<s1>[01]?[0-9]|2[0-4])\s?(?:-|–|den|toi)\s?(?P<s2>[01]?[0-9]|2[0-4])\s?(?:h|g|gio)(?![a-z0-9])"
    rf"(?:\s(?P<sp>{_PERIOD})(?![a-z]))?)"
    rf"|(?P<one>{_clock(3)})"
    rf"|(?P<part>(?:buoi|ban|tu|hoi|luc|vao|chap|xe|nua|tam)\s)?(?P<period>{_PERIOD})(?:{_DAY_AFTER}|(?P<alone>(?!\w)))"
    r")"
)
_DURATION_AFTER = re.compile(r"\s?(?:dong ho|lien|nua|(?:roi|nay|may|qua)(?!\w))")
_DURATION_BEFORE = re.compile(r"\b(?:mat|hon|gan|ca|duoc|suot|them|cup|khoang|tam|trong|sau|da)\s$")
_POINT_BEFORE = re.compile(r"\b(?:tu|luc|hoi|vao|truoc|den|toi|gio)\s(?:khoang\s|tam\s|luc\s|hon\s|gan\s)?$")


def find_times(text: str, now: datetime) -> list[Span[TimeRange]]:
    """Clock times, ranges and parts of the day in the order written; durations ("2 tiếng") are not times.

    A part of the day counts where a day follows or a word like "buổi" precedes: "sáng" alone is also "bright".
    An hour that may be of the morning or the evening has the later one in `others`.
    `now` is taken for symmetry with `find_dates`; a clock time needs no today.
    """
    del now
    aligned = align(text)
    found: list[Span[TimeRange]] = []
    for match in _PATTERN.finditer(aligned.plain):
        if (value := _value(aligned, match)) is None:
            continue
        start = match.start()
        if match["period"] and (match["part"] or "").strip() not in ("buoi", "ban", "chap", "xe", "nua"):
            start = match.start("period")
        found.append(span_at(aligned, start, match.end(), value, _others(match, value)))
    return found


def _others(match: re.Match[str], value: TimeRange) -> tuple[TimeRange, ...]:
    """The same hours after noon, where nothing said tells which half of the day is meant ("6 giờ", "từ 1 đến 5h")."""
    hours = [match[group] or "" for group in ("h1", "h2", "h3", "s1", "s2")]
    told = match["period"] or match["p1"] or match["p2"] or match["p3"] or match["sp"]
    told = told or match["c1"] or match["c2"] or match["c3"] or any(hour.startswith("0") for hour in hours)
    ends = [value.start] + ([value.end] if value.end else [])
    if told or not all(1 <= end.hour <= 11 for end in ends):
        return ()
    later = [end.replace(hour=end.hour + 12) for end in ends]
    return (TimeRange(later[0], later[1] if len(later) > 1 else None),)


def _value(aligned: Aligned, match: re.Match[str]) -> TimeRange | None:
    if match["period"]:
        known = bool(match["part"]) or match["alone"] is None
        if match["period"] in ("sang", "toi") and aligned.marked != aligned.plain:
            known = known and aligned.marked[slice(*match.span("period"))] != match["period"]
        return TimeRange(*PERIODS[match["period"]]) if known and _period_ok(aligned, match, "period") else None
    if match["short"]:
        last = _at(int(match["s2"]), 0, match["sp"])
        first = _before(int(match["s1"]), 0, last)
        return TimeRange(first, last)
    if match["range"]:
        last = _clock_value(match, 2)
        first = _clock_value(match, 1)
        if not match["p1"] and match["p2"]:
            first = _before(first.hour, first.minute, last)
        if (
            match["p1"]
            and not match["p2"]
            and first.hour >= 12
            and last < first
            and last.hour < 12
            and last.hour + 12 > first.hour
        ):
            last = last.replace(hour=last.hour + 12)  # "2 giờ chiều đến 5 giờ"
        return TimeRange(first, last)
    if _is_duration(aligned, match) or not _period_ok(aligned, match, "p3") or not _hour_ok(aligned, match):
        return None
    return TimeRange(_clock_value(match, 3))


def _period_ok(aligned: Aligned, match: re.Match[str], group: str) -> bool:
    """Whether the letters of the period are accented like one ("tôi" is not "tối")."""
    if not match[group]:
        return True
    pairs = zip(match[group].split(), aligned.marked[slice(*match.span(group))].split(), strict=True)
    return all(plain == marked or marked in _SPELLINGS[plain] for plain, marked in pairs)


def _hour_ok(aligned: Aligned, match: re.Match[str]) -> bool:
    """Whether the hour in words is one ("bây giờ" is not "bảy giờ"), and "4G" no network."""
    if not match["w3"]:
        return not re.fullmatch(r"[2-5]G", aligned.typed[slice(*aligned.typed_range(*match.span()))])
    marked = aligned.marked[slice(*match.span("w3"))].split()[-1]
    return marked in _HOURS_MARKED or (marked == match["w3"].split()[-1] and marked not in _NOT_HOURS_PLAIN)


def _is_duration(aligned: Aligned, match: re.Match[str]) -> bool:
    """Whether "2 giờ" counts hours ("2 giờ rồi", "mất 2h") instead of naming one."""
    if match["m3"] or match["c3"] or match["p3"] or int(match["h3"] or 0) > 12:
        return False
    before = aligned.plain[max(0, match.start() - 16) : match.start()]
    if _POINT_BEFORE.search(before):
        return False
    return bool(_DURATION_AFTER.match(aligned.plain, match.end()) or _DURATION_BEFORE.search(before))


def _clock_value(match: re.Match[str], n: int) -> time:
    hour = _HOURS[match[f"w{n}"]] if match[f"w{n}"] else int(match[f"h{n}"])
    minute = 30 if match[f"half{n}"] else int(match[f"m{n}"] or match[f"c{n}"] or 0)
    if less := int(match[f"less{n}"] or 0):
        hour, minute = (hour - 1) % 24, 60 - less if less < 60 else 0
    return _at(hour, minute, match[f"p{n}"])


def _at(hour: int, minute: int, period: str | None) -> time:
    """`hour` as the part of the day makes it: 7 tối -> 19, 12 đêm -> 0, 1 trưa -> 13."""
    hour %= 24
    afternoon_until = {"chieu": 12, "toi": 12, "chieu toi": 12, "trua": 4}.get(period or "", 0)
    if 1 <= hour < afternoon_until:
        hour += 12
    elif period in ("dem", "khuya"):
        hour = 0 if hour == 12 else hour + 12 if 7 <= hour < 12 else hour
    elif period in ("sang", "sang som", "rang sang") and hour == 12:
        hour = 0
    return time(hour, minute)


def _before(hour: int, minute: int, last: time) -> time:
    """The start of a range in the same half of the day as its end, where that keeps it before the end."""
    if last.hour >= 12 and hour < 12 and hour + 12 <= last.hour and last.hour - hour > 12:
        hour += 12
    return time(hour % 24, minute)
