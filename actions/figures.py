"""Figures as a customer reads them: 1.164.197, 12/11, kỳ 10/2026."""

from datetime import date


def amount(value: float) -> str:
    """Thousands by dots, a part after a comma."""
    whole, part = divmod(round(abs(value) * 100), 100)
    shown = f"{whole:,}".replace(",", ".") + (f",{part:02d}".rstrip("0") if part else "")
    return f"-{shown}" if value < 0 else shown


def day(value: date) -> str:
    """`12/11/2026`, short and without doubt about the year."""
    return f"{value.day}/{value.month}/{value.year}"


def period_name(period: str) -> str:
    """`10/2026` for `2026-10`."""
    year, month = period.split("-")
    return f"{int(month)}/{year}"
