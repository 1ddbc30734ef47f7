"""Parting a message into clauses, each of which may hold a wish of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from bot.vietnamese import nfc, strip_accents

_TABLE = Path(__file__).with_name("clauses.yml")
_SENTENCE_END = r"[.!?;\n]+(?:\s|$)|,\s"
MOST_CLAUSES = 8


@dataclass(frozen=True)
class ClauseRules:
    """What parts clauses, which intents never are a wish, and the one that goes before all."""

    pattern: re.Pattern[str]
    not_wishes: frozenset[str]
    danger: str


@cache
def load() -> ClauseRules:
    """The table of clauses.yml."""
    raw = YAML(typ="safe").load(_TABLE)
    words = "|".join(re.escape(strip_accents(words)) for words in sorted(raw["connectors"], key=len, reverse=True))
    pattern = re.compile(rf"{_SENTENCE_END}|\b(?={words}\b)", re.IGNORECASE)
    return ClauseRules(pattern, frozenset(raw["not_wishes"]), raw["danger"])


def split(text: str, fewest_words: int = 3) -> list[str]:
    """The clauses of `text` with `fewest_words` or more; an empty list when it is one clause only."""
    text = nfc(text)
    plain = strip_accents(text)  # as long as text, so places in one are places in the other
    cuts = [(0, 0)]
    cuts.extend((found.start(), found.end()) for found in load().pattern.finditer(plain))
    starts = [end for _, end in cuts]
    ends = [*(start for start, _ in cuts[1:]), len(text)]
    parts = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    clauses = [part for part in parts if len(part.split()) >= fewest_words]
    return clauses[:MOST_CLAUSES] if len(clauses) > 1 else []
