"""Days as people name them: hôm nay, mai, thứ 7 tuần sau, ngày 28/11, từ 25 đến 27/11; accents or not.

Days of the lunar calendar (mùng 3 Tết) are read in lunar.py.
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.vietnamese.bills import speaks_of_bills
from bot.vietnamese.lunar import find_lunar
from bot.vietnamese.spans import DateRange, Span, span_at
from bot.vietnamese.unicode import Aligned, align

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

# Accented words that share their letters with a date word but mean something else fail this table.
_SPELLINGS = {
    "mai": {"mai"}, "mot": {"mốt"}, "nay": {"nay", "này", "ni"}, "qua": {"qua"}, "kia": {"kia"},
    "thu": {"thứ"}, "tuan": {"tuần"}, "hom": {"hôm"}, "toi": {"tới", "tối"}, "ngay": {"ngày"},
    "thang": {"tháng"}, "sang": {"sáng", "sang"}, "trua": {"trưa"}, "chieu": {"chiều"}, "dem": {"đêm"},
    "sau": {"sau", "sáu"}, "truoc": {"trước"}, "roi": {"rồi"}, "cuoi": {"cuối"}, "dau": {"đầu"},
    "giua": {"giữa"}, "nam": {"năm"}, "hai": {"hai"}, "ba": {"ba"}, "tu": {"tư", "từ"}, "bay": {"bảy", "bẩy"},
    "ni": {"ni"}, "bua": {"bữa", "bựa"}, "den": {"đến"}, "chu": {"chủ", "chúa"}, "nhat": {"nhật"}, "hoi": {"hồi"},
    "vua": {"vừa"}, "mung": {"mùng"}, "tay": {"tây"}, "duong": {"dương"}, "lich": {"lịch"},
}  # fmt: skip
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5} | {str(n): n - 2 for n in range(2, 8)}
_NAME_BEFORE_MAI = re.compile(
    r"\b(?:cay|taxi|hoa|nhanh|chi|co|anh|em|ba|di|chu|bac|ten|bach|hoang|truong|xuan|duong|pho|ngoc|le|thi|quynh|phuong|tuyet"
    r"|hong|thanh|nguyen|tran|pham|hem|ngo|kieu|nhu)\s{1,2}$"
)
# mãi mới, mái nhà, mái tôn: without accents "mai" is not always tomorrow.
_OTHER_MAI = re.compile(r"\s(?:moi|mo|ma|van|nha|ton|la|chua|luon|cong|ngoi|tranh|che|linh)\b")
_NUMBER_OF_HOUSE = re.compile(r"(?:\b(?:so|nha|hem|hxh|ngo|ngach|kiet|duong|pho|to|ap|lo|can|phong)\s{1,2}|[/\-.\w])$")
_PLACE_AFTER = re.compile(r"\s{0,2}(?:/|(?:duong|pho|hem|ngo|kiet)\b)")

_NEXT = r"toi(?!\s(?:gio|nay|bay\sgio)\b)"  # "từ thứ bảy tới giờ" is no coming Saturday
_D, _M = r"[0-3]?[0-9]", r"[01]?[0-9]"
_WHICH = rf"(?:tuan\s(?:nay|sau|{_NEXT}|truoc|roi|qua)|sap\stoi|vua\sroi|vua\squa|nay|{_NEXT}|truoc)"
_PATTERN = re.compile(
    r"(?<![\w/])(?:"
    rf"(?P<between>(?:tu\s)?(?:ngay\s)?(?P<b1>{_D})(?:\s?-\s?|\s(?:den|toi)\s(?:het\s)?)(?:ngay\s)?(?P<b2>{_D})/(?P<bm>{_M})"
    r"(?:/(?P<by>[0-9]{4}|[0-9]{2}))?)"
    rf"|(?P<numeric>(?P<cue>ngay\s|hom\s|mung\s|bua\s)?(?P<d>{_D})(?P<sep>[/\-.])(?P<m>{_M})(?:(?P=sep)(?P<y>[0-9]{{4}}|[0-9]{{2}}))?)"
    rf"|(?P<spelt>(?:ngay\s)?(?:mung\s)?(?P<sd>{_D})\s(?:thang\s|thg\s)(?P<sm>{_M}|nay|sau|toi|truoc|roi)(?!\d)"
    r"(?:\s(?:nam\s)?(?P<sy>20[0-9]{2}))?)"
    rf"|(?P<dayonly>(?:(?:(?:ngay|hom|bua)\smung|ngay|mung|hom)\s(?P<only>{_D})|(?P<tay>{_D})\s(?:tay|duong\slich))(?![\d.,]\d|/|\s(?:lan|tieng|gio|dem|nam|bua|ngay|trieu|nghin|k|tet|am|al)\b))"
    r"|(?P<near>(?:hom|bua)\s(?:nay|ni|qua|kia|mai|mot)|hnay|hqua|homnay|homqua|ngay\s(?:mai|mot|kia|hom\s(?:nay|qua))|nmai)"
    rf"|(?P<weekday>(?:ngay\s|hom\s|bua\s)?(?:thu\s(?P<w>[2-7]|hai|ba|tu|nam|sau|bay)|t(?P<wt>[2-7])|(?P<sunday>chu\snhat|cn))"
    rf"(?:\s(?P<which>{_WHICH}))?)"
    rf"|(?P<week>tuan\s(?P<wn>[1-5]?[0-9])(?!\s?(?:lan|ngay|nay|roi|sau|truoc))|(?:(?P<wp>dau|giua|cuoi)\s)?tuan\s(?P<ww>nay|ni|sau|{_NEXT}|truoc|roi|qua)|cuoi\stuan)"
    rf"|(?P<month>(?:(?P<mp>dau|giua|cuoi)\sthang(?:\s(?P<mw>nay|sau|{_NEXT}|truoc|[01]?[0-9]))?|thang\s(?P<mo>nay|sau|{_NEXT}|truoc)|thang\s(?P<mn>1[0-2]|0?[1-9])(?:/(?P<mny>20[0-9]{{2}}))?(?![0-9/])))"
    r"|(?:sang|trua|chieu|toi|dem|khuya)\s(?:som\s)?(?P<part>nay|ni|qua|mai|mot|kia|hom\squa|hom\snay)"
    r"|(?P<bare>mai|mot|nay)"
    r")(?!\w)(?!/\d)"
)
_JOIN = re.compile(r"\s{0,2}(?:-|–|den|toi|cho den|den het)\s{1,2}|\s?[-–]\s?")
_MONEY_BEFORE = re.compile(r"(?:tien|tien dien|hoa don|ky|hd|thang)\s{1,2}$")
_SEVERAL = re.compile(r"(?:[0-9]|\b(?:may|vai|hai|ba|bon|nhieu))\s$")
_OFFSETS = {"nay": 0, "ni": 0, "qua": -1, "mai": 1, "mot": 2, "hom": 0}


class _Found(NamedTuple):
    start: int
    end: int
    days: DateRange
    others: tuple[DateRange, ...] = ()


def find_dates(text: str, now: datetime) -> list[Span[DateRange]]:
    """Days and ranges of days in the order written; "sáng nay" gives the span of "nay".

    `now` is aware or Vietnamese local time. A day without month or year is the nearest sensible one; the next
    nearest stands in `others` ("thứ 7": the coming one, maybe the last).
    """
    aligned = align(text)
    today = (now.astimezone(VIETNAM) if now.tzinfo else now).date()
    lunar = find_lunar(aligned, today)
    found: list[_Found] = [_Found(*one) for one in lunar]
    for match in _PATTERN.finditer(aligned.plain):
        kind = match.lastgroup or ""
        start, end = match.span("part") if match["part"] else match.span()
        if not _spelt_right(aligned, match.start(), match.end()):
            continue
        days = _resolve(match, today)
        if any(match.start() < last and first < match.end() for first, last, _ in lunar):
            continue
        if days and (kind != "bare" or _bare_is_day(aligned, match)) and _not_a_house(aligned, match):
            found.append(_Found(start, end, days, _others(match, days, today)))
    found.sort(key=lambda one: one.start)
    return [span_at(aligned, *one) for one in _joined(aligned, found)]


def _spelt_right(aligned: Aligned, start: int, end: int) -> bool:
    plain, marked = aligned.plain[start:end], aligned.marked[start:end]
    if plain == marked:
        return True
    pairs = zip(plain.split(), marked.split(), strict=False)
    return all(p == m or m in _SPELLINGS.get(p, {m}) for p, m in pairs)


def _bare_is_day(aligned: Aligned, match: re.Match[str]) -> bool:
    """Whether a lone mai/mốt/nay is a day, not a name, a number or "này"."""
    word, before = match.group(), aligned.plain[max(0, match.start() - 12) : match.start()]
    marked = aligned.marked[match.start() : match.end()]
    if word == "mot":
        return marked == "mốt" or bool(re.search(r"\bmai\s$", before))
    if word == "nay":
        return marked == "nay" and before.endswith("tu ")
    if _NAME_BEFORE_MAI.search(before):
        return False
    unaccented = aligned.marked == aligned.plain and bool(before.strip())
    if unaccented and _OTHER_MAI.match(aligned.plain, match.end()):
        return False
    start, end = aligned.typed_range(*match.span())
    following = aligned.typed[end : end + 3].strip()
    written_as_name = aligned.typed[start].isupper() and following[:1].isupper()
    return not (written_as_name and not aligned.typed[start:end].isupper())


def _not_a_house(aligned: Aligned, match: re.Match[str]) -> bool:
    """Whether "15/3" is a day and month rather than an alley and house number."""
    plain, start, end = aligned.plain, match.start(), match.end()
    before = plain[max(0, start - 14) : start]
    if (match["w"] and before.endswith("lan ")) or (match["near"] and _SEVERAL.search(before)):
        return False
    if match["part"] and aligned.marked[start : start + 3] == "tới":
        return False  # "tới nay"
    if match["mn"]:
        return not speaks_of_bills(aligned.typed)
    if match["wt"]:
        return not _MONEY_BEFORE.search(before)
    if not match["numeric"] or match["cue"]:
        return True
    if match["sep"] != "/" and not match["y"]:
        return False
    if _NUMBER_OF_HOUSE.search(before) or _PLACE_AFTER.match(plain, end):
        return False
    _, typed_end = aligned.typed_range(start, end)
    following = aligned.typed[typed_end : typed_end + 3].strip()
    return bool(match["y"]) or not following[:1].isupper()


def _resolve(match: re.Match[str], today: date) -> DateRange | None:
    if match["between"]:
        return _between(match, today)
    if match["numeric"]:
        return _single(_day(today, int(match["d"]), int(match["m"]), match["y"]))
    if match["spelt"]:
        month, year = _month_named(match["sm"], today)
        return _single(_day(today, int(match["sd"]), month, match["sy"] or year))
    if match["dayonly"]:
        return _single(_nearest_day(today, int(match["only"] or match["tay"])))
    if match["near"] or match["part"] or match["bare"]:
        return _single(_near(match["near"] or match["part"] or match["bare"], today))
    if match["weekday"]:
        number = 6 if match["sunday"] else _WEEKDAYS[match["w"] or match["wt"]]
        return _single(_weekday(today, number, match["which"] or ""))
    if match["wn"]:
        return _numbered_week(today, int(match["wn"]))
    if match["week"]:
        return _week(today, match["wp"] or ("cuoi" if not match["ww"] else ""), match["ww"] or "nay")
    if match["mn"]:
        return _numbered_month(today, int(match["mn"]), match["mny"])
    return _month(today, match["mp"] or "", match["mw"] or match["mo"] or "nay")


def _single(day: date | None) -> DateRange | None:
    return DateRange(day, day) if day else None


def _safe(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= year <= 9999 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _day(today: date, day: int, month: int, year: str | int | None) -> date | None:
    """The day in `year` (two digits mean 20xx), or without a year the one nearest to today."""
    if year:
        return _safe(int(year) + (2000 if int(year) < 100 else 0), month, day)
    options = [found for y in (-1, 0, 1) if (found := _safe(today.year + y, month, day))]
    return min(options, key=lambda option: abs((option - today).days), default=None)


def _nearest_day(today: date, day: int) -> date | None:
    options = []
    for step in (-1, 0, 1):
        year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
        if found := _safe(year, month + 1, day):
            options.append(found)
    return min(options, key=lambda option: abs((option - today).days), default=None)


def _between(match: re.Match[str], today: date) -> DateRange | None:
    last = _day(today, int(match["b2"]), int(match["bm"]), match["by"])
    first = _safe(last.year, last.month, int(match["b1"])) if last else None
    return DateRange(first, last) if first and last and first <= last else None


def _near(words: str, today: date) -> date:
    if words.endswith("kia"):
        return today + timedelta(days=2 if words.startswith("ngay") else -2)
    last = words.split()[-1]
    for ending, days in _OFFSETS.items():
        if last.endswith(ending):
            return today + timedelta(days=days)
    return today


def _weekday(today: date, number: int, which: str) -> date:
    monday = today - timedelta(days=today.weekday())
    if which.startswith("tuan"):
        weeks = {"nay": 0, "sau": 1, "toi": 1}.get(which.split()[-1], -1)
        return monday + timedelta(days=number, weeks=weeks)
    ahead = (number - today.weekday()) % 7
    if which in ("truoc", "roi") or which.startswith("vua"):
        return today - timedelta(days=(-ahead) % 7 or 7)
    return today + timedelta(days=ahead if ahead or not which.endswith("toi") else 7)


def _week(today: date, part: str, which: str) -> DateRange:
    weeks = {"nay": 0, "ni": 0, "sau": 1, "toi": 1}.get(which, -1)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    first, last = {"dau": (0, 1), "giua": (2, 3), "cuoi": (5, 6)}.get(part, (0, 6))
    return DateRange(monday + timedelta(days=first), monday + timedelta(days=last))


def _numbered_week(today: date, number: int) -> DateRange | None:
    """The ISO week of that number nearest to today; single digits count weeks instead."""
    if not 10 <= number <= 52:
        return None
    mondays = [date.fromisocalendar(today.year + step, number, 1) for step in (-1, 0, 1)]
    monday = min(mondays, key=lambda day: abs((day - today).days))
    return DateRange(monday, monday + timedelta(days=6))


def _numbered_month(today: date, month: int, year: str | None) -> DateRange | None:
    """The month in `year`, or without one the nearest."""
    first = _day(today, 1, month, year)
    return DateRange(first, first.replace(day=monthrange(first.year, month)[1])) if first else None


def _month_named(word: str, today: date) -> tuple[int, int | None]:
    """Month and, when the word tells it, year."""
    if word.isdigit():
        return int(word), None
    step = {"nay": 0, "sau": 1, "toi": 1}.get(word, -1)
    year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
    return month + 1, year


def _month(today: date, part: str, which: str) -> DateRange | None:
    month, year = _month_named(which, today)
    if not 1 <= month <= 12:
        return None
    year = year or today.year
    final = monthrange(year, month)[1]
    first, last = {"dau": (1, 10), "giua": (11, 20), "cuoi": (21, final)}.get(part, (1, final))
    return DateRange(date(year, month, first), date(year, month, last))


def _others(match: re.Match[str], days: DateRange, today: date) -> tuple[DateRange, ...]:
    """What else a day can be: a weekday the week before (or a week on), a day of the month the month before or after."""
    if (match["w"] or match["wt"] or match["sunday"]) and not match["which"]:
        weeks = 1 if days.first == today else -1
        return (DateRange(*(day + timedelta(weeks=weeks) for day in (days.first, days.last))),)
    if match["dayonly"]:
        step = -1 if days.first > today else 1
        year, month = divmod(days.first.year * 12 + days.first.month - 1 + step, 12)
        other = _safe(year, month + 1, days.first.day)
        return (DateRange(other, other),) if other else ()
    return ()


def _joined(aligned: Aligned, found: list[_Found]) -> list[_Found]:
    """Neighbours bound by "đến" or a dash become one range, "từ" included."""
    joined: list[_Found] = []
    for one in found:
        if joined:
            before = joined[-1]
            if (
                one.start - before.end <= 14
                and _JOIN.fullmatch(aligned.plain, before.end, one.start)
                and before.days.first <= one.days.last
            ):
                start = before.start - (
                    3 if aligned.marked[max(0, before.start - 3) : before.start] in ("từ ", "tu ") else 0
                )
                joined[-1] = _Found(start, one.end, DateRange(before.days.first, one.days.last))
                continue
        joined.append(one)
    return joined
