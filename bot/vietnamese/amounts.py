"""Amounts with their unit: money in đồng, consumed energy in kWh (350 số, 90 ký điện), power (5 kW, 2 ngựa, 560 kVA)."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from bot.vietnamese.quantities import Quantity, quantities, whole_or_fraction
from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.unicode import Aligned, align

Unit = Literal["kW", "kVA", "kWp", "HP", "W"]
_HP_IN_KW = 0.746
_BIGGEST = Decimal(10) ** 15

_DONG = re.compile(r"\s{0,2}(?:vnd|d(?![a-z0-9])|dong(?!\s(?:ho|nai|thap|xoai|da|hoi)\b)(?![a-z0-9]))")
_DONG_MARKED = frozenset({"đồng", "dong", "đ", "d", "vnd", "vnđ"})
_NOT_MONEY_AFTER = re.compile(
    r"\s?(?:so|ky|ki|chu|kwh?|kva|kwp|m2|m|met|ha|km|nguoi|lan|ngay|thang|nam|ngua|ban|v|volt?|cv|w|kg|tan)(?![a-z0-9])"
)
# Thousands of these are counted, not paid; "500 ngàn con ơi" speaks to somebody.
_COUNTED_IN_THOUSANDS = re.compile(
    r"\s(?:so|ky|ki|chu|kwh?|kva|kwp|m2|m|met|ha|km|nguoi|ho|ngua|ban|v|volt|w|kg|tan|cay|ga|vit|heo|tom|trung|be|thung"
    r"|con(?!\s(?:oi|a|nha|nhe|ha)\b))(?![a-z0-9])"
)
_MONEY_CUE = re.compile(
    r"\b(?:tien|hoa don|bill|hd|dong|tra|nop|thanh toan|no|phi|thu|tru|chuyen|gia|coc|het|tong|den bu)\b"
)
_MONEY_JUST_BEFORE = re.compile(
    r"\b(?:tien|dong|tra|nop|thu|no|tru|chuyen|het|phi|gia|coc|den|khoan|tong|toan|bill|don|co|con)\s"
    r"(?:(?:la|roi|het|co|du|them|truoc|khoan|cho|mat|tong|dien|cong|so|tien|duoc|toi|khoang|tam)\s){0,3}:?\s?$"
)
_SCREEN = re.compile(r"\b(?:tivi|tv|man hinh|video|do phan giai)\s(?:\w{1,12}\s)?$")

_KWH = re.compile(
    r"\s{0,2}(?:(?P<sure>kwh|kw/h|kwgio|kilo\s?oat\s?gio|so\sdien(?!\s(?:thoai|luc))"
    r"|(?:ky|ki|kg|ki lo|kilo|chu)\sdien(?!\s(?:thoai|luc)))"
    r"|(?P<loose>so|ky|ki|chu)(?!\s(?:dien|dt|sdt|nha|tien|lieu|may|cuoi|dau|tong|hop|do|ten|goi|tai|ban|di|moi|cu|nao|nay)\b)(?!\s[0-9]{1,5}(?![0-9.]*\s?(?:tr|k|ng|dong|d)\b)))"
    r"(?![a-z0-9])"
)
_KWH_MARKED = {"so": ("số", "so"), "ky": ("ký", "ky"), "ki": ("kí", "ki"), "chu": ("chữ", "chu")}
_USED = re.compile(
    r"\b(?:xai|dung|tieu thu|dien|tien|tinh|bac|cong to|dong ho|hoa don|chi so|kwh|het|nhieu|vuot|ton|chay|bill)\b"
)
_NOT_COUNTED = re.compile(
    r"[0-9][ .-]{1,2}$|\b(?:thang|ngay|quy|nam|so|nha|hem|duong|phong|lau|tang|quan|phuong|dien thoai|ap|to|khu|lop|muc|dieu)\s$"
)
_STORED = re.compile(
    r"\b(?:pin|ac ?quy|binh|luu tru|battery|dung luong|bess|vinfast|vf\s?[0-9]|powerwall|sac du phong)\b"
)

_POWER = re.compile(
    r"\s{0,2}(?P<unit>kwp|kva|kw|kilo\s?oat|mw|hp|ma luc|ngua|w|oat)(?![a-z0-9])(?P<half>\sruoi)?(?!/?\s?(?:h|gio)\b)"
)
_HORSE_MARKED = frozenset({"ngựa", "ngua"})
_UNITS: dict[str, Unit] = {
    "kwp": "kWp",
    "kva": "kVA",
    "kw": "kW",
    "hp": "HP",
    "ma luc": "HP",
    "ngua": "HP",
    "w": "W",
    "oat": "W",
}
# "tính thử 275kw": on the bill's side of the talk a kW is a kWh misnamed.
_BILLED = re.compile(r"\b(?:tinh|tien|hoa don|xai|dung het|tieu thu|het bao nhieu|bac)\b")
_CONNECTED = re.compile(
    r"\b(?:cong suat|cap dien|cap|lap|lap dat|nang|tang|giam|pha|tram|may|mo ?to|dong co|bom|bep|noi|den|quat|lo|xuong"
    r"|mat troi|nang luong|hoa luoi|chay|tieng|gio|phu tai|tai|sac|dang ky|ap mai|kwp|tu dien|dieu hoa|lanh)\b"
)


@dataclass(frozen=True)
class Power:
    """A power as said: `amount` of `unit`, whole numbers as int."""

    amount: float
    unit: Unit

    @property
    def kw(self) -> float:
        """In kW; kVA (apparent) and kWp (panels at full sun) are taken as they stand, the most they can be."""
        if self.unit == "W":
            return self.amount / 1000
        return round(self.amount * _HP_IN_KW, 3) if self.unit == "HP" else self.amount

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


def find_money(text: str) -> list[Span[int]]:
    """Sums in đồng in the order written: 1tr2, 850k, triệu rưỡi, 1.200.000đ, năm trăm ngàn.

    "3 trăm" and bare digits count only beside words of money; `others` then holds the sum the words spell
    (300 beside 300,000).
    """
    aligned = align(text)
    found: list[Span[int]] = []
    for one in quantities(text):
        end = _money_end(aligned, one)
        if end is None or one.value > _BIGGEST:
            continue
        value = int(one.value.to_integral_value(ROUND_HALF_UP))
        if value > 0:
            thousands = one.magnitude == 100 and end == one.end
            meant, others = (value * 1000, (value,)) if thousands else (value, ())
            found.append(span_at(aligned, one.start, end, meant, others))
    return found


def _money_end(aligned: Aligned, one: Quantity) -> int | None:
    """Where the sum ends, its "đồng" included; None where the number is no money."""
    plain = aligned.plain
    unit = _DONG.match(plain, one.end)
    if unit and aligned.marked[slice(*unit.span())].strip() in _DONG_MARKED:
        spaced = plain[one.end].isspace()
        # "12 đ Trần Phú" is a street, "2 d" nothing.
        if one.value >= 100 and not (spaced and unit.group().strip() == "d" and one.value < 1000):
            return unit.end()
    before = plain[max(0, one.start - 40) : one.start]
    if one.magnitude >= 1000:
        return None if _SCREEN.search(before) or _COUNTED_IN_THOUSANDS.match(plain, one.end) else one.end
    if _NOT_MONEY_AFTER.match(plain, one.end):
        return None
    if one.magnitude == 100:
        return one.end if _MONEY_JUST_BEFORE.search(before) else None
    if one.grouped:
        cued = _MONEY_CUE.search(plain) and one.value >= 1000 and one.value % 1 == 0
        return one.end if (cued and (one.value >= 10_000 or _MONEY_JUST_BEFORE.search(before))) else None
    bare = one.digits.isdigit() and 5 <= len(one.digits) <= 9 and one.digits[0] != "0" and one.digits.endswith("00")
    return one.end if bare and _MONEY_JUST_BEFORE.search(before) else None


def find_kwh(text: str) -> list[Span[float]]:
    """Energy used, in kWh: 350 số, 90 ký điện, ba trăm rưỡi số, 185 kWh; whole numbers as int.

    One unit ("giá 1 kWh", "một số bao nhiêu") is a price's unit, and what a battery stores was not used: neither
    is found. "275kw" counts where a bill is meant.
    """
    aligned = align(text)
    found: list[Span[float]] = []
    for one in quantities(text):
        end = _kwh_end(aligned, one)
        if end is not None and 1 < one.value <= _BIGGEST:
            found.append(span_at(aligned, one.start, end, whole_or_fraction(one.value)))
    return found


def _kwh_end(aligned: Aligned, one: Quantity) -> int | None:
    plain = aligned.plain
    unit = _KWH.match(plain, one.end)
    if unit is None:
        power = _POWER.match(plain, one.end)
        return power.end() if power and power["unit"] == "kw" and _kw_is_energy(plain, one.value) else None
    word = unit["sure"] or unit["loose"]
    first = word.split()[0]
    marked = aligned.marked[unit.start() : unit.end()].split()[0]
    if first in _KWH_MARKED and marked not in _KWH_MARKED[first]:
        return None
    if word.startswith("kw"):
        around = plain[max(0, one.start - 30) : unit.end() + 20]
        return None if _STORED.search(around) else unit.end()
    if _NOT_COUNTED.search(plain[max(0, one.start - 12) : one.start]):
        return None
    # "1900 1006 số nào", "bài luận 1000 chữ", "2 số": not what a meter counted.
    unclear = one.value < 20 or word == "chu"
    if unit["loose"] and (one.value < 5 or (unclear and not _USED.search(plain))):
        return None
    return None if one.magnitude >= 1_000_000 else unit.end()


def _kw_is_energy(plain: str, amount: Decimal) -> bool:
    return amount >= 20 and bool(_BILLED.search(plain)) and not _CONNECTED.search(plain)


def find_kw(text: str) -> list[Span[Power]]:
    """Powers: 5 kW, 10 ngựa, 1.5HP, 560 kVA, 8 kWp, 150 W; voltages and kWh never, nor a kW that means kWh."""
    aligned = align(text)
    found: list[Span[Power]] = []
    for one in quantities(text):
        unit = _POWER.match(aligned.plain, one.end)
        if unit is None or not 0 < one.value <= _BIGGEST:
            continue
        word = unit["unit"].replace("kilo oat", "kw").replace("kilooat", "kw")
        if word == "ngua" and aligned.marked[slice(*unit.span("unit"))] not in _HORSE_MARKED:
            continue
        if word == "kw" and _kw_is_energy(aligned.plain, one.value):
            continue
        value = one.value + (Decimal("0.5") if unit["half"] else 0)
        power = (
            Power(whole_or_fraction(value * 1000), "kW")
            if word == "mw"
            else Power(whole_or_fraction(value), _UNITS[word])
        )
        found.append(span_at(aligned, one.start, unit.end(), power))
    return found
