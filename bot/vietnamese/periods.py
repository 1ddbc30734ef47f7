"""Billing periods: tháng này, tháng trước, T10, tháng 9/2026, kỳ 1 tháng 9, năm 2025; accents or not."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.vietnamese.dates import VIETNAM
from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.unicode import Aligned, align

_WORDS = {
    "gieng": 1, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12,
}  # fmt: skip
_MARKED = {
    "thang": {"tháng"}, "thg": {"thg"}, "nay": {"này", "nay"}, "ni": {"ni"}, "truoc": {"trước"}, "roi": {"rồi"},
    "vua": {"vừa"}, "qua": {"qua"}, "sau": {"sau", "sáu"}, "toi": {"tới"}, "nua": {"nữa"}, "ky": {"kỳ"}, "ki": {"kì"},
    "nam": {"năm"}, "ngoai": {"ngoái"}, "quy": {"quý", "quí"}, "qui": {"quí"}, "dau": {"đầu"}, "gieng": {"giêng"},
    "mot": {"một"}, "bon": {"bốn"}, "tu": {"tư"}, "bay": {"bảy", "bẩy"}, "tam": {"tám"}, "chin": {"chín"},
    "muoi": {"mười"}, "chap": {"chạp"}, "hai": {"hai"}, "ba": {"ba"},
}  # fmt: skip
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_NUMBER = r"1[0-2]|0?[1-9]"
_SPELT = "|".join(sorted(_WORDS, key=len, reverse=True))
_YEAR = r"(?:\s?[/.\-]\s?(?:20)?[0-9]{2}|\s(?:nam\s)?20[0-9]{2}|\snam\s(?:ngoai|truoc|nay))"
_PART = r"(?:k[yi]\s(?:(?P<part{n}>[1-3])\s)?)?"
_PATTERN = re.compile(
    r"(?<![\w/.\-])(?:"
    + _PART.format(n=1)
    + rf"(?:thang|thg)(?:\s?(?P<month>{_NUMBER})(?![0-9])|\s(?P<spelt>{_SPELT})(?![a-z0-9]))(?P<year>{_YEAR}(?![0-9/]))?"
    rf"|{_PART.format(n=2)}(?:thang|thg)\s(?P<near>nay|ni|truoc(?:\snua)?|roi|vua\sroi|vua\squa|qua|sau|toi)(?P<near_year>\snam\s(?:ngoai|truoc))?"
    r"|k[yi]\s(?P<turn>nay|ni|truoc\snua|truoc|roi|vua\sroi|vua\squa|sau|toi)"
    rf"|k[yi]\s(?:t\.?)?(?P<numbered>{_NUMBER})(?![0-9])(?P<numbered_year>{_YEAR}(?![0-9/]))?"
    rf"|t\.?(?P<short>{_NUMBER})(?![0-9])(?P<short_year>[/.\-](?:20)?[0-9]{{2}}(?![0-9/]))?"
    rf"|(?P<bare>{_NUMBER})[/\-](?P<bare_year>20[0-9]{{2}})(?![0-9/])"
    r"|nam\s(?P<whole>20[0-9]{2}|nay|ngoai|truoc)"
    r"|qu[yi]\s(?P<quarter>[1-4]|iv|i{1,3})(?P<quarter_year>[/\s](?:nam\s)?20[0-9]{2})?"
    r"|dau\s(?P<since>nam|thang)(?=\s(?:nam\s)?(?:nay\s)?(?:den|toi)\s(?:gio|nay|hien|bay)(?!\w)|\s(?:nay|20))"
    r")(?!\w)"
)
# "3 tháng nay", "mấy tháng này" count months; in accents, because "bả tháng này" does not. "Đầu tháng này" is days.
_COUNTING = re.compile(
    r"(?:(?<![0-9])[0-9]{1,2}|\b(?:mấy|may|vài|vai|mỗi|moi|hàng|hang|hai|ba|bốn|bon|sáu|nhiều|nhieu|nửa|nua|đầu|dau|giữa|giua"
    r"|cuối|cuoi))\s$"
)
_DAY_BEFORE = re.compile(
    r"(?:\b(?:ngay|mung|hom)\s[0-9]{1,2}|(?<!thang\s)(?<![\w/.])[0-9]{1,2})(?:\s?[-–]\s?[0-9]{1,2})?\s$"
)
_OTHER_KY = re.compile(r"\b(?:dang|chu|xem|da|cho|moi|em|toi|minh|duoc|nguoi)\s$")
_UNTIL = re.compile(r"\s?(?:(?:cho\s)?(?:den|toi)(?:\shet)?|-|–)\s?")
_COUNTED_AFTER = re.compile(
    r"\s?(?:lan|trieu|tr|ngan|nghin|k|bua|tuan|nguoi|gio|tieng|cu|so(?!\stien)|kwh?)(?![a-z])|[.,:][0-9]"
)
_BILL_BEFORE = re.compile(
    r"\b(?:tien|dong|tien dien|don dien|so dien|ky|ki|thang|don|bill|hd|so|no|toan|cuoc|va|voi)\s$"
)
_TOWER_BEFORE = re.compile(r"\b(?:toa|block|khu|lo|can|nha|tang|cot|tru|tram|cong|gate)\s$")


@dataclass(frozen=True)
class Period:
    """Months of bills, "2026-10", both ends included; `part` is which of a month's readings (kỳ 2 tháng 11), if said."""

    first: str
    last: str
    part: int | None = None

    def __str__(self) -> str:
        months = self.first if self.first == self.last else f"{self.first}..{self.last}"
        return f"{months} kỳ {self.part}" if self.part else months


def find_periods(text: str, now: datetime) -> list[Span[Period]]:
    """Billing periods in the order written; durations ("2 tháng gần đây") are none.

    The parser reads the words alone: whether bills are meant at all, `speaks_of_bills` tells. A month without a
    year is the last that began by `now`; where the coming one may be meant too, it stands in `others`.
    """
    aligned = align(text)
    today = now.astimezone(VIETNAM) if now.tzinfo else now
    this = today.year * 12 + today.month - 1
    found: list[Span[Period]] = []
    position = 0
    while match := _PATTERN.search(aligned.plain, position):
        # "12 tháng năm 2025": what begins here is none, the year behind it is.
        position = match.start() + 1
        if _spelt_right(aligned, match) and _is_period(aligned, match):
            value, *others = _resolve(match, this)
            found.append(span_at(aligned, *match.span(), value, tuple(others)))
            position = match.end()
    return _as_ranges(aligned, found)


def _as_ranges(aligned: Aligned, found: list[Span[Period]]) -> list[Span[Period]]:
    """ "Từ tháng 6 đến tháng 9" as one span."""
    if len(found) < 2 or aligned.starts is not None:
        return found
    ranges: list[Span[Period]] = []
    for span in found:
        before = ranges[-1] if ranges else None
        if before and _UNTIL.fullmatch(aligned.plain[before.end : span.start]) and before.value != span.value:
            start = before.start - 3 if aligned.plain[: before.start].endswith("tu ") else before.start
            first, last = before.value.first, span.value.last
            if first > last:  # from a month of last year
                first = f"{int(first[:4]) - 1}{first[4:]}"
            ranges[-1] = span_at(aligned, start, span.end, Period(first, last))
        else:
            ranges.append(span)
    return ranges


def _spelt_right(aligned: Aligned, match: re.Match[str]) -> bool:
    plain, marked = match.group().split(), aligned.marked[slice(*match.span())].split()
    return all(one == other or other in _MARKED.get(one, ()) for one, other in zip(plain, marked, strict=True))


def _is_period(aligned: Aligned, match: re.Match[str]) -> bool:
    plain = aligned.plain
    before = plain[max(0, match.start() - 16) : match.start()]
    whole_message = not plain[: match.start()].strip() and not plain[match.end() :].strip(" .?!")
    if match["short"]:
        weekday = 2 <= int(match["short"]) <= 7 and not match["short_year"]
        cued = bool(_BILL_BEFORE.search(before)) or whole_message
        return not _TOWER_BEFORE.search(before) and (cued if weekday else True)
    signing = plain[match.start() : match.start() + 2] in ("ky", "ki") and _OTHER_KY.search(before)
    if signing and aligned.marked[match.start() + 1] in "yi":
        return False  # "đăng ký trước" typed without accents
    if match["near"] or match["turn"]:
        return bool(match["part2"]) or not _COUNTING.search(aligned.marked[max(0, match.start() - 16) : match.start()])
    if match["month"] or match["spelt"] or match["numbered"]:
        if _DAY_BEFORE.search(before) and not match["part1"]:
            return False
        return not _COUNTED_AFTER.match(plain, match.end())
    return not (match["whole"] and _COUNTING.search(before))


def _resolve(match: re.Match[str], this: int) -> list[Period]:
    """What the words mean, the likeliest first; months are counted from year 0."""
    part = int(match["part1"] or match["part2"] or 0) or None
    if match["whole"] or match["quarter"] or match["since"]:
        return _long(match, this)
    if match["near"]:
        step = {"nay": 0, "ni": 0, "sau": 1, "toi": 1, "truoc nua": -2}.get(match["near"], -1)
        return [_month(this + step - (12 if match["near_year"] else 0), part)]
    if match["turn"]:
        step = {"nay": 0, "ni": 0, "sau": 1, "toi": 1, "truoc nua": -2}.get(match["turn"], -1)
        # The period whose bill has just come is the month before, also on the customer's tongue.
        return [_month(this + step)] + ([_month(this - 1)] if step == 0 else [])
    if match["numbered"] and int(match["numbered"]) <= 3 and not match["numbered_year"] and "t" not in match.group():
        number = int(match["numbered"])
        return [_month(this, number), _month(this - 1, number), *_of_number(number, "", this)]
    number = int(match["month"] or match["numbered"] or match["short"] or match["bare"] or _WORDS[match["spelt"]])
    year = match["year"] or match["numbered_year"] or match["short_year"] or match["bare_year"] or ""
    return _of_number(number, year, this, part)


def _of_number(number: int, year: str, this: int, part: int | None = None) -> list[Period]:
    if said := _year(year, this):
        return [_month(said * 12 + number - 1, part)]
    last = this - (this - (number - 1)) % 12
    coming = last + 12
    return [_month(last, part)] + ([_month(coming, part)] if coming - this <= 2 else [])


def _year(words: str, this: int) -> int | None:
    """The year said: digits (two mean 20xx) or năm nay/ngoái/trước; None when none."""
    if digits := re.search(r"[0-9]+", words):
        return int(digits[0]) + (2000 if int(digits[0]) < 100 else 0)
    if not words:
        return None
    return this // 12 - (0 if words.endswith("nay") else 1)


def _long(match: re.Match[str], this: int) -> list[Period]:
    """A year, a quarter, or from the beginning of the year or month until now."""
    if match["since"]:
        return [Period(_name(this // 12 * 12 if match["since"] == "nam" else this), _name(this))]
    if match["whole"]:
        year = _year(match["whole"], this) or this // 12
        return [Period(_name(year * 12), _name(year * 12 + 11))]
    first = (_QUARTERS[match["quarter"]] - 1) * 3
    year = _year(match["quarter_year"] or "", this) or (this - first) // 12
    return [Period(_name(year * 12 + first), _name(year * 12 + first + 2))]


def _month(month: int, part: int | None = None) -> Period:
    return Period(_name(month), _name(month), part)


def _name(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"
