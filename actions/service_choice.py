"""Which service a wish means where the catalogue has several: by the words used, by facts told later, else by asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.options import named_in
from actions.services import Service

FILE = Path(__file__).resolve().parents[1] / "data" / "lookup" / "service_choice.yml"
# Low-voltage connections other than a household's are two services, below and from this power on.
LARGE_KW = 40
SMALL, LARGE, HOUSEHOLD = "NEW_LV_NONRES_LT40", "NEW_LV_NONRES_GE40", "NEW_LV_RES"
MEDIUM, MEDIUM_HOUSEHOLD = "NEW_MV_NONRES", "NEW_MV_RES"


@dataclass(frozen=True)
class Choice:
    """One service a wish may mean; `words` name it, `facts` are known once it is chosen."""

    choice: str
    service: str
    words: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@cache
def choices(path: Path = FILE) -> Mapping[str, tuple[Choice, ...]]:
    """The choices of each wish that has several."""
    content = yaml.safe_load(path.read_text("utf-8"))["wishes"]
    return {
        wish: tuple(Choice(**{**entry, "words": tuple(entry.get("words", ()))}) for entry in entries)
        for wish, entries in content.items()
    }


def chosen(wish: str, text: str, picked: str = "") -> Choice | None:
    """The choice a button carried or the words name; one without words stands for the rest; None: ask."""
    entries = choices().get(wish, ())
    if picked:
        return next((one for one in entries if one.choice == picked), None)
    said = (one for one in entries if any(named_in(word, text) for word in one.words))
    return next(said, next((one for one in entries if not one.words), None))


def serving(wish: str, services: Sequence[Service]) -> list[Service]:
    """The services of a wish, in the catalogue's order."""
    return [one for one in services if wish in one.wishes]


def fitting(service_id: str, facts: Mapping[str, Any]) -> str:
    """The service these facts ask for instead of `service_id`, or itself: more power or another purpose is another one."""
    if service_id not in (SMALL, LARGE, MEDIUM):
        return service_id
    if facts.get("purpose") == "residential":
        return MEDIUM_HOUSEHOLD if service_id == MEDIUM else HOUSEHOLD
    power = facts.get("capacity_kw")
    if service_id == MEDIUM or not isinstance(power, int | float):
        return service_id
    return LARGE if power >= LARGE_KW else SMALL
