"""Days of the lunar calendar: mùng 3 Tết, 29 Tết, rằm này, 23 tháng chạp, mùng 10 âm."""

import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.vietnamese.spans import DateRange
from bot.vietnamese.unicode import Aligned

_NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi mot": 11, "muoi hai": 12, "gieng": 1, "chap": 12,
}  # fmt: skip
_SPELLINGS = {
    "tet": {"tết"}, "mung": {"mùng"}, "mong": {"mồng"}, "ram": {"rằm"}, "thang": {"tháng"}, "gieng": {"giêng"},
    "chap": {"chạp"}, "am": {"âm"}, "lich": {"lịch"}, "giao": {"giao"}, "thua": {"thừa"}, "duong": {"dương"},
    "tay": {"tây"}, "nay": {"này", "nay"}, "toi": {"tới"}, "sau": {"sau", "sáu"}, "nam": {"năm"}, "ngay": {"ngày"},
    "nguyen": {"nguyên"}, "dan": {"đán"}, "co": {"cổ"}, "truyen": {"truyền"}, "mot": {"một"}, "bon": {"bốn"},
    "tu": {"tư"}, "bay": {"bảy"}, "tam": {"tám"}, "chin": {"chín"}, "muoi": {"mười"}, "dip": {"dịp"}, "dem": {"đêm"},
}  # fmt: skip
_SPELT = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_LIKELY = re.compile(r"\b(?:tet|ram|giao thua|gieng|chap|am|al)\b")
_PATTERN = re.compile(
    r"(?<![\w/.,\-])(?:"
    rf"(?:ngay\s)?(?:m[uo]ng\s)?(?P<day>[0-3]?[0-9]|{_SPELT})\stet(?:\s(?:nay|am\slich|nguyen\sdan|ta)(?!\w))?(?:\s(?:nam\s)?(?P<day_year>20[0-9]{{2}}))?"
    r"|(?P<solar>tet\s(?:duong\slich|duong|tay))"
    r"|(?P<tet>(?:(?<=dip\s)|(?<=trong\s)|(?<=ngay\s))tet|tet\s(?:nay|nam\snay|sap\stoi|toi|nguyen\sdan|am\slich|am|ta|co\struyen|20[0-9]{2}))"
    r"|(?P<eve>(?:dem\s)?giao\sthua|dem\s(?:30|ba\smuoi))"
    rf"|(?:ngay\s)?(?P<full>ram)(?:\sthang\s(?P<full_month>1[0-2]|[1-9]|{_SPELT})|\s(?:nay|toi|sau))?"
    rf"|(?:ngay\s)?(?:m[uo]ng\s)?(?P<lunar>[0-3]?[0-9]|{_SPELT})(?:\sthang\s(?P<month>1[0-2]|[1-9]|{_SPELT})|/(?P<slash>1[0-2]|0?[1-9]))?\s(?:am\slich|am|al)"
    rf"|(?:ngay\s)?(?:m[uo]ng\s)?(?P<old>[0-3]?[0-9]|{_SPELT})\sthang\s(?P<old_month>gieng|chap)"
    r")(?!\w)"
)
_LAST_OF_TET = 5


class _Month(NamedTuple):
    first: date
    number: int
    length: int


@cache
def _months() -> list[_Month]:
    raw = json.loads(Path(__file__).with_name("lunar.json").read_text("utf-8"))
    starts = []
    for year, entries in raw["months"].items():
        for entry in entries:
            day, number = entry.split()
            starts.append((date.fromisoformat(f"{year}-{day}"), int(number)))
    ends = [first for first, _ in starts[1:]] + [date.fromisoformat(raw["last"]) + timedelta(days=1)]
    return [_Month(first, number, (end - first).days) for (first, number), end in zip(starts, ends, strict=True)]


def find_lunar(aligned: Aligned, today: date) -> list[tuple[int, int, DateRange]]:
    """(start, end, days) of the lunar days named; those outside the table (2024 to 2035) are left out.

    A day is the one nearest to today, a full moon the next to come. A year whose last lunar month has 29 days
    has no thirtieth: "30 Tết" is its eve all the same, as everyone says.
    """
    if not _LIKELY.search(aligned.plain):
        return []
    found = []
    for match in _PATTERN.finditer(aligned.plain):
        pairs = zip(match.group().split(), aligned.marked[slice(*match.span())].split(), strict=True)
        if not all(plain == marked or marked in _SPELLINGS.get(plain, ()) for plain, marked in pairs):
            continue
        bare_ram = match["full"] and match.group() == "ram" and aligned.marked[match.start("full") + 1] == "a"
        if not bare_ram and (days := _resolve(match, today)):
            found.append((*match.span(), days))
    return found


def _resolve(match: re.Match[str], today: date) -> DateRange | None:
    if match["solar"]:
        return _single(_nearest([date(today.year + step, 1, 1) for step in (0, 1)], today))
    if match["full"]:
        month = _number(match["full_month"])
        days = [one.first + timedelta(days=14) for one in _months() if month in (0, one.number)]
        return _single(min((day for day in days if day >= today), default=None) if not month else _nearest(days, today))
    if match["lunar"] or match["old"]:
        month = _number(match["month"] or match["slash"] or match["old_month"])
        return _single(_lunar(_number(match["lunar"] or match["old"]), month, today))
    return _tet(match, today)


def _lunar(day: int, month: int, today: date) -> date | None:
    """The lunar day nearest to today, in that month (0: any)."""
    days = [
        one.first + timedelta(days=day - 1) for one in _months() if month in (0, one.number) and 1 <= day <= one.length
    ]
    return _nearest(days, today)


def _tet(match: re.Match[str], today: date) -> DateRange | None:
    year = int(match["day_year"] or 0) or next(iter(map(int, re.findall("20[0-9]{2}", match["tet"] or ""))), 0)
    firsts = [one.first for one in _months() if one.number == 1 and year in (0, one.first.year)]
    first = _nearest(firsts, today)
    if first is None:
        return None
    if match["eve"]:
        return _single(first - timedelta(days=1))
    if match["tet"]:
        return DateRange(first - timedelta(days=1), first + timedelta(days=_LAST_OF_TET - 1))
    day = _number(match["day"])
    if 1 <= day <= 10:
        return _single(first + timedelta(days=day - 1))
    length = next((one.length for one in _months() if one.first + timedelta(days=one.length) == first), 30)
    return _single(first - timedelta(days=max(1, length - day + 1))) if 23 <= day <= 30 else None


def _number(word: str | None) -> int:
    return int(word) if word and word.isdigit() else _NUMBERS.get(word or "", 0)


def _nearest(days: list[date], today: date) -> date | None:
    return min(days, key=lambda day: abs((day - today).days), default=None)


def _single(day: date | None) -> DateRange | None:
    return DateRange(day, day) if day else None
