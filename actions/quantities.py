"""Amounts, kWh, billing periods and meter numbers in a customer's words.

Minimal readings in one place, until bot.vietnamese has its own finders.
"""

import re
from datetime import date

from bot.vietnamese import find_customer_codes, find_phones, fold

_NUMBER = r"(?:[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]+(?:[.,][0-9]+)?)"
_KWH = re.compile(
    rf"(?:(?<=\s)-|^-)?(?<![\w.,/]){_NUMBER}\s?(?:kwh|kw gio|so dien|ky dien|ki dien|chu dien|so|ky|ki|chu)\b(?!\s?[0-9])"
)
_WHOLE = re.compile(rf"-?{_NUMBER}")
_MONEY = re.compile(
    r"(?<![\w.,/])(?:(?P<whole>[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{5,})\s?(?:d|vnd|dong)?(?![\w])"
    r"|(?P<tr>[0-9]+(?:[.,][0-9]+)?)\s?(?:tr|trieu|cu)\s?(?P<rest>[0-9]{1,3})?(?P<half>\s?ruoi)?(?![\w])"
    r"|(?P<half_alone>trieu ruoi)"
    r"|(?P<k>[0-9]+(?:[.,][0-9]+)?)\s?(?:k|ngan|nghin|nghin dong|ngan dong)(?![\w]))"
)
_MONTH_WORDS = ("mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai")
_MONTH = re.compile(
    r"(?:\b(?:thang|ky|ki)\s?|\bt)(?P<month>1[0-2]|0?[1-9])(?![0-9])(?!\s?(?:so|kwh|chu|tieng|nguoi))"
    r"(?:\s?(?:/|-|\.|nam)\s?(?P<year>20[0-9]{2}|[0-9]{2})(?![0-9]))?(?P<ago>\s?nam (?:ngoai|truoc|roi))?"
    r"|(?<![0-9/.,-])(?P<bare>1[0-2]|0?[1-9])[/-](?P<bare_year>20[0-9]{2})(?![0-9])"
    rf"|\bthang (?P<word>{'|'.join(reversed(_MONTH_WORDS))}|gieng|chap)\b(?P<ago_word>\s?nam (?:ngoai|truoc|roi))?"
)
_LATELY = re.compile(
    r"\b(?P<count>[0-9]{1,2}|may|vai|ba|hai|sau)\s(?:thang|ky|ki)\s(?:gan|qua|vua|roi|truoc|cuoi|lien)"
)
_COUNTS = {"may": 3, "vai": 3, "hai": 2, "ba": 3, "sau": 6}
_READING = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:\.[0-9]{3})(?![0-9])|(?<!\w)[0-9]{1,7}(?![\w])")
MOST_MONTHS = 13


def kwh_in(text: str, asked: bool = False) -> float | None:
    """kWh named as such (`350 số`); when just asked for, a bare number too. May be negative as typed."""
    folded = fold(text)
    if (found := _KWH.search(folded)) is not None:
        return number(found[0])
    bare = _WHOLE.search(folded) if asked else None
    return number(bare[0]) if bare else None


def money_in(text: str) -> int | None:
    """The last amount in đồng (`1.164.197`, `1tr2`, `850k`)."""
    amounts = [_dong(match) for match in _MONEY.finditer(_without_codes(text))]
    return amounts[-1] if amounts else None


def readings_in(text: str) -> list[int]:
    """Bare whole numbers, as a meter shows them, in the order written."""
    return [int(match[0].replace(".", "")) for match in _READING.finditer(_without_codes(text))]


def number(text: str) -> float:
    """`1.200` and `1,200` are thousands, `12,5` and `12.5` a part."""
    digits = re.sub(r"[^0-9.,-]", "", text)
    if re.fullmatch(r"-?[0-9]{1,3}(?:[.,][0-9]{3})+", digits):
        return float(re.sub(r"[.,]", "", digits))
    return float(digits.replace(",", "."))


def periods_in(text: str, today: date) -> tuple[str, ...]:
    """The billing periods asked about (`2026-10`), oldest first; empty when none is named.

    A month without a year is its latest one that has begun.
    """
    folded = fold(text)
    if (lately := _LATELY.search(folded)) is not None:
        count = _COUNTS.get(lately["count"]) or int(lately["count"])
        return tuple(month_before(today, back) for back in range(min(count, MOST_MONTHS), 0, -1))
    named = [_named(match, today) for match in _MONTH.finditer(folded)]
    if re.search(r"\b(?:thang|ky|ki) (?:nay|ni)\b", folded):
        named.append(month_before(today, 0))
    if re.search(r"\b(?:thang|ky|ki) (?:truoc|roi|vua roi|qua|vua qua)\b", folded):
        named.append(month_before(today, 1))
    ordered = sorted(set(named))
    if len(ordered) == 2 and re.search(r"\b(?:den|toi)\b", folded):
        return tuple(_span(*ordered))
    return tuple(ordered)


def month_before(day: date, back: int) -> str:
    """The period `back` months before the one of `day`."""
    months = day.year * 12 + day.month - 1 - back
    return f"{months // 12}-{months % 12 + 1:02d}"


def shift(period: str, back: int) -> str:
    """The period `back` months before another."""
    return month_before(date.fromisoformat(f"{period}-01"), back)


def _named(match: re.Match[str], today: date) -> str:
    if match["bare"]:
        return f"{match['bare_year']}-{int(match['bare']):02d}"
    word = match["word"]
    month = (
        int(match["month"]) if match["month"] else {"gieng": 1, "chap": 12}.get(word) or _MONTH_WORDS.index(word) + 1
    )
    if match["year"]:
        year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    elif match["ago"] or match["ago_word"]:
        year = today.year - 1
    else:
        year = today.year if month <= today.month else today.year - 1
    return f"{year}-{month:02d}"


def _span(first: str, last: str) -> list[str]:
    months = [last]
    while months[0] > first and len(months) < MOST_MONTHS:
        months.insert(0, shift(months[0], 1))
    return months


def _dong(match: re.Match[str]) -> int:
    if match["whole"]:
        return int(re.sub(r"[.,]", "", match["whole"]))
    if match["half_alone"]:
        return 1_500_000
    if match["k"]:
        return round(float(match["k"].replace(",", ".")) * 1_000)
    rest = match["rest"] or ""
    return (
        round(float(match["tr"].replace(",", ".")) * 1_000_000)
        + (int(rest) * 10 ** (6 - len(rest)) if rest else 0)
        + (500_000 if match["half"] else 0)
    )


def _without_codes(text: str) -> str:
    """The text without customer codes and phone numbers, whose digits are no amounts."""
    for span in sorted((*find_customer_codes(text), *find_phones(text)), key=lambda one: -one.start):
        text = text[: span.start] + " " + text[span.end :]
    return fold(text)
