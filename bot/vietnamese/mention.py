"""One place in a message that names a ward, district or province."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.vietnamese.units import District


@dataclass(frozen=True)
class Mention:
    """Tokens `start` to `end` name a place of the level `entity`.

    `key` is the look-up key of a ward's name (empty for one unknown to us), `kind` its type word if said.
    """

    entity: str
    start: int
    end: int
    key: str = ""
    kind: str | None = None
    marked: str = ""
    districts: tuple[District, ...] = ()
    province: str | None = None


@cache
def not_places() -> frozenset[str]:
    """Everyday words that are also names of wards or districts (look-up keys)."""
    return frozenset(json.loads(Path(__file__).with_name("places.json").read_text("utf-8"))["not_places"])
