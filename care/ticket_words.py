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


def readings_of(text: str) -> list[str]:
    """What is asked for as tsqueries of all words: first as typed, then the last one as a beginning; none without a word.

    All words that begin like a frequent one are a long list to go through, so that comes second where it can. A lone
    word, or a last one with a digit (codes and phone numbers are read out in part), is a beginning at once.
    """
    words = WORD.findall(fold(text))[:12]
    if not words:
        return []
    last = words[-1]
    typed, begun = (" & ".join([*words[:-1], end]) for end in (last, f"{last}:*"))
    if len(last) == 1:
        return [typed]
    return [begun] if len(words) == 1 or any(letter.isdigit() for letter in last) else [typed, begun]
