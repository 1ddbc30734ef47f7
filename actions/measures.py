"""Amounts, powers, readings, months and mail addresses in a customer's words, as `bot.vietnamese` reads all else."""

import re
from collections.abc import Iterator
from datetime import datetime

from bot.vietnamese.spans import Span, span_at
from bot.vietnamese.unicode import Aligned, align

KW_OF_HORSE = 0.7457
_NUMBER = r"(?<![\w.,])(\d{1,7}(?:[.,]\d{1,3})?)"
_EMAIL = re.compile(r"(?<![\w.+-])[a-z0-9][\w.+-]{0,62}@[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,4}(?![\w@])")
_MONEY = re.compile(
    r"(?<![\w.,])(?:(?P<big>\d{1,4}(?:[.,]\d{1,2})?) ?(?P<unit>trieu|tr|cu|k|nghin|ngan)(?: ?(?P<rest>\d{1,3}))?(?!\w)"
    r"|(?P<whole>\d{1,3}(?:[.,]\d{3}){1,3}|\d{4,10}) ?(?:vnd|dong|d)(?!\w))"
)
_KW = re.compile(_NUMBER + r" ?(?P<unit>kw|ki lo oat|kilowatt|kva|ngua|hp)(?!\w)")
_KWH = re.compile(_NUMBER + r" ?(?:kwh|so dien|so|ky dien|ky|ki dien|chu)(?!\w)")
_READING = re.compile(r"(?<![\w.,])(\d{1,7})(?![\w.,]\d|\w)")
_PERIOD = re.compile(
    r"(?<!\w)(?:(?P<near>thang (?:nay|truoc|vua roi|roi|vua qua))"
    r"|(?:thang ?|t)(?P<month>1[0-2]|0?[1-9])(?:[/-](?P<year>20\d\d)| nam (?P<named>20\d\d))?)(?![\w/])"
)


def find_emails(text: str) -> list[Span[str]]:
    """Mail addresses, in small letters."""
    aligned = align(text)
    return [span_at(aligned, *match.span(), match[0]) for match in _EMAIL.finditer(aligned.plain)]


def find_money(text: str) -> list[Span[int]]:
    """Amounts in đồng: 1tr2, 850k, 1.200.000đ."""
    aligned = align(text)
    return [span_at(aligned, *match.span(), _dong(match)) for match in _MONEY.finditer(aligned.plain)]


def find_kw(text: str) -> list[Span[float]]:
    """Powers in kW; a horse is three quarters of one, kVA counts as kW."""
    aligned = align(text)
    horses = ("ngua", "hp")
    return [
        span_at(aligned, *m.span(), round(_number(m[1]) * (KW_OF_HORSE if m["unit"] in horses else 1), 2))
        for m in _KW.finditer(aligned.plain)
    ]


def find_kwh(text: str) -> list[Span[float]]:
    """Energies in kWh, which customers call số or ký."""
    aligned = align(text)
    return [span_at(aligned, *match.span(), _number(match[1])) for match in _KWH.finditer(aligned.plain)]


def find_meter_readings(text: str) -> list[Span[int]]:
    """What a meter shows."""
    aligned = align(text)
    return [span_at(aligned, *match.span(), int(match[1])) for match in _READING.finditer(aligned.plain)]


def find_periods(text: str, now: datetime) -> list[Span[str]]:
    """Billing months as `2026-10`, the latest that has come when no year is named."""
    aligned = align(text)
    return list(_periods(aligned, now))


def _periods(aligned: Aligned, now: datetime) -> Iterator[Span[str]]:
    for match in _PERIOD.finditer(aligned.plain):
        if match["near"]:
            back = 0 if match["near"].endswith("nay") else 1
            months = now.year * 12 + now.month - 1 - back
            year, month = divmod(months, 12)
            month += 1
        else:
            month = int(match["month"])
            told = match["year"] or match["named"]
            year = int(told) if told else now.year - (month > now.month)
        yield span_at(aligned, *match.span(), f"{year}-{month:02d}")


def _number(typed: str) -> float:
    """1.200 is a thousand and two hundred, 5,5 and 5.5 are five and a half."""
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", typed):
        return float(re.sub(r"[.,]", "", typed))
    return float(typed.replace(",", "."))


def _dong(match: re.Match[str]) -> int:
    if match["whole"]:
        return int(re.sub(r"[.,]", "", match["whole"]))
    scale = 1_000 if match["unit"] in ("k", "nghin", "ngan") else 1_000_000
    rest = match["rest"] or ""
    tail = int(rest) * scale // 10 ** len(rest) if rest else 0  # 1tr2 is 1,200,000
    return round(float(match["big"].replace(",", ".")) * scale) + tail
