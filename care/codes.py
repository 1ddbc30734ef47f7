"""Codes people read out: random digits, the last a Damm check digit (tells typing errors at once)."""

import secrets

from bot.vietnamese import damm_digit, ticket_code_ok


def new_ticket_code(digits: int = 8) -> str:
    """`YC` and `digits` digits; random, so that nobody can count tickets or guess the next one."""
    return "YC" + _checked_digits(digits)


def digits_for(tickets: int) -> int:
    """How long new codes are: one digit more when a tenth of a length is used up."""
    return 8 if tickets < 10**6 else 9 if tickets < 10**7 else 10


def new_outage_code() -> str:
    """`MD` (mất điện) and 8 digits."""
    return "MD" + _checked_digits(8)


def ticket_code(text: str) -> str | None:
    """The code as stored, or None when it cannot be one (so no look-up is needed)."""
    code = text.strip().upper()
    return code if ticket_code_ok(code) else None


def outage_code(text: str) -> str:
    """The code as stored; "" when it cannot be one."""
    return text.upper() if text.isalnum() and text.isascii() else ""


def _checked_digits(number: int) -> str:
    digits = "".join(secrets.choice("0123456789") for _ in range(number - 1))
    return digits + damm_digit(digits)
