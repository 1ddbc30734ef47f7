"""The words that a ticket is found by: no accents, codes and phone numbers as people type them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.vietnamese import fold

WORD = re.compile(r"\w+")
MOST_CHARACTERS = 8_000
PHONE_TAIL = 3


def search_key(code: str, name: str | None, phone: str | None, *more: str | None, address: Mapping[str, object]) -> str:
    """Everything to be found in, folded; a phone number also by its last three digits."""
    tail = (phone or "")[-PHONE_TAIL:]
    places = [str(part) for part in address.values() if isinstance(part, str)]
    words = WORD.findall(fold(" ".join(filter(None, [code, name, phone, tail, *more, *places]))))
    return " ".join(words)[:MOST_CHARACTERS]


def key_of(code: str, values: Mapping[str, Any]) -> str:
    """The words of a ticket with these values; a confidential one is found by its code and place, not by its reporter."""
    if values["confidential"]:
        return search_key(code, None, None, address=values["address"])
    more = (values["customer_code"], values["description"])
    return search_key(code, values["contact_name"], values["phone"], *more, address=values["address"])


def query_of(text: str) -> str | None:
    """The words asked for as a tsquery of all of them, the last one as a beginning; None without a word."""
    words = WORD.findall(fold(text))[:12]
    if not words:
        return None
    return " & ".join([*words[:-1], f"{words[-1]}:*" if len(words[-1]) > 1 else words[-1]])
