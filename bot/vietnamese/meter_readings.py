"""Readings of a meter: chỉ số 4521, công tơ chạy 12345, số mới 4480 số cũ 4320."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.unicode import Aligned, align

_ABOUT_A_METER = re.compile(
    r"\b(?:chi so|cong to|cto|dong ho|dien ke|so (?:cu|moi|dien)|(?:cu|moi) [0-9]{2,6}|ghi (?:dien|so|nham|sai))\b"
)
_NUMBER = re.compile(r"(?<![\w.,/+\-])(?P<whole>[0-9]{2,6})(?:[.,][0-9])?(?![\w/%]|[.,\-][0-9])")
# What may stand between the word that announces a reading and its digits.
_ANNOUNCED = re.compile(
    r"\b(?:chi so|(?:so|chi so) (?:cu|moi|dau|cuoi)|cong to|cto|dong ho|dien ke|so dien|ghi|nhay|doc|chot|tinh|chup|hien"
    r"|chay|thang (?:truoc|nay|roi)|bao|cu|moi|app|dau ky|cuoi ky)"
    r"(?:(?:\s(?:la|dang|hien|tai|den|toi|len|duoc|chi|bao|ghi|o|muc|moi|cu|co|day|nhu|vay|khoang|tam|so|con|bay|gio|luc|nha"
    r"|toi|em|minh|tui|e|dien|thuc|te|tren|cong|to|hoa|don|dong|ho|ma|trong|kia|nay|truoc|dau|cuoi|ky|chay|nhay|hom|sang|tu)){0,6})"
    r"\s?[:=]?\s?$"
)
_ANOTHER_NUMBER = re.compile(
    r"\b(?:thang|ngay|nam|quy|luc|phieu|duong|phuong|quan|hem|ngo|kiet|to|ap|khom|khu|phong|tang|lau|lo|bac|pha|ma|cap|gia"
    r"|sdt|serial|seri|hieu|tien|tra|nop|phi)\s?:?\s?(?:so\s)?$|\b(?:cong to|dong ho|dien ke) so\s$"
)
_UNIT_AFTER = re.compile(
    r"\s?(?:so(?!\s(?:moi|cu|cuoi|dau)\b)|ky|ki|chu|kwh?|kva|kwp|tr|trieu|k|nghin|ngan|dong(?!\sho)|d|vnd|ngay|tieng|gio|h|g|p|phut|pha|cai|nguoi|lan"
    r"|v|volt?|a|w|m|m2|met|ngua|ampe|nha|ho|con|phong|cong to|dong ho|chiec|duong|bua)(?![a-z0-9])"
)
_METER_NUMBER_BEFORE = re.compile(r"\bso (?:cong to|dong ho|dien ke|seri|che tao|may)\s(?:la\s)?:?\s?$")
_OLD = re.compile(r"\b(?:cu|truoc|dau ky|dau)\b(?!.*\b(?:moi|nay|cuoi)\b)")
_NEW = re.compile(r"\b(?:moi|nay|cuoi ky|cuoi|hien|dang|bay gio)\b")
_AND = re.compile(r"\s?(?:-|–|den|toi|len|va|,|=>|->|ma (?:tinh|ghi|bao|hoa don)(?: (?:ghi|la|toi|den))?)\s?$")


@dataclass(frozen=True)
class MeterReading:
    """What a meter shows: whole kWh, and whether the words call it the old or the new one of a period."""

    value: int
    which: Literal["old", "new"] | None = None

    def __str__(self) -> str:
        return str(self.value)


def find_meter_readings(text: str) -> list[Span[MeterReading]]:
    """Readings in the order written: bare numbers of two to six digits where the words speak of a meter's figures.

    A meter's own number, consumption ("350 số"), sums, days and house numbers are none.
    """
    aligned = align(text)
    if not _ABOUT_A_METER.search(aligned.plain):
        return []
    found: list[Span[MeterReading]] = []
    last = -1
    for match in _NUMBER.finditer(aligned.plain):
        if not _is_reading(aligned, match, last):
            continue
        between = aligned.plain[max(last, match.start() - 40, 0) : match.start()]
        which: Literal["old", "new"] | None = "old" if _OLD.search(between) else "new" if _NEW.search(between) else None
        last = match.end()
        found.append(span_at(aligned, *match.span(), MeterReading(int(match["whole"]), which)))
    return found


def _is_reading(aligned: Aligned, match: re.Match[str], last: int) -> bool:
    """`last` is where the reading before ended, -1 for none: "từ 4320 đến 4480" goes on from it."""
    plain = aligned.plain
    before = plain[max(0, match.start() - 60) : match.start()]
    if _UNIT_AFTER.match(plain, match.end()) or _ANOTHER_NUMBER.search(before) or _METER_NUMBER_BEFORE.search(before):
        return False
    if last >= 0 and _AND.fullmatch(plain, last, match.start()):
        return True
    return len(match["whole"]) >= 3 and bool(_ANNOUNCED.search(before))
