"""The catalogue's services as the dialogue needs them: names, papers, times that may be promised, and what to ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SURE = frozenset({"confirmed", "ours"})
# How this room calls the kinds that it read before the catalogue named them.
KIND_OF = {"person_name": "name", "address": "address", "choice": "option"}


@dataclass(frozen=True)
class Limit:
    """One time limit that may be promised; `fits` names the facts that choose it, `when` says the same in words."""

    value: int
    unit: str
    when: str = ""
    fits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """A document to prepare; `options`: any one of these will do."""

    name: str
    when: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """A catalogue service.

    `limits` holds promised times only, the rule first; `cost` is empty where nothing certain is known; `fields` are
    stored with a task as they are, so that a running task never changes under the customer. `certain` is False where
    the catalogue itself doubts what it says of papers and steps.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    steps: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    cost: str = ""
    certain: bool = True
    otp: bool = False
    otp_when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confidential: bool = False
    fields: tuple[Json, ...] = ()
    routes: tuple[tuple[str, str], ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The papers' names."""
        return tuple(paper.name for paper in self.papers)

    @property
    def working_days(self) -> int | None:
        """Working days promised by rule; None where none are."""
        first = next((one for one in self.limits if not one.fits), None)
        return first.value if first is not None and first.unit == "working_days" else None

    def limit(self, facts: Mapping[str, Any]) -> Limit | None:
        """The time promised for these facts, as care itself chooses it; None where none is."""
        special = (one for one in self.limits if one.fits and all(facts.get(name) in v for name, v in one.fits.items()))
        return next(special, next((one for one in self.limits if not one.fits), None))


def service_of(item: Json) -> Service:
    """A service from the care API's JSON."""
    certain = item.get("confidence", "confirmed") in SURE
    cost = item.get("cost") or ""
    return Service(
        id=item["id"],
        name=item["name_vi"],
        aliases=tuple(item.get("aliases_vi") or ()),
        wishes=tuple(item.get("intents") or ()),
        papers=tuple(_paper(paper) for paper in item.get("documents") or ()),
        steps=tuple(item.get("steps") or ()),
        limits=_limits(item.get("sla") or []),
        cost=cost if certain and "UNCONFIRMED" not in cost else "",
        certain=certain,
        otp=bool(item.get("otp")),
        otp_when=_listed(item.get("otp_when")),
        confidential=bool(item.get("confidential")),
        fields=tuple(_field(one) for one in item.get("fields") or () if one.get("asked_of") != "staff"),
        routes=tuple((one["when"], one["do"]) for one in (item.get("facts") or {}).get("routes") or ()),
    )


def _paper(item: Any) -> Paper:
    if isinstance(item, str):
        return Paper(item)
    return Paper(item.get("vi") or item.get("name_vi", ""), item.get("when") or "", tuple(item.get("options") or ()))


def _limits(variants: list[Json]) -> tuple[Limit, ...]:
    """Promised times; all of them fall away where the rule itself is no promise ("at once" is none)."""
    return tuple(
        Limit(one["value"], one["unit"], one.get("when") or "", _listed(one.get("fits")))
        for one in variants
        if one.get("value") is not None and one["unit"] != "immediate" and one.get("confidence") in SURE
    )


def _listed(condition: Any) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in (condition or {}).items()}


def _field(item: Json) -> Json:
    """A field as `tasks.Field` stores it."""
    options = item.get("options") or ()
    return {
        "name": item["id"],
        "kind": KIND_OF.get(item["type"], item["type"]),
        "required": item.get("required", True),
        "question": item["question_vi"],
        "choices": [one["value"] for one in options],
        "labels": {one["value"]: one["vi"] for one in options},
        "when": {name: list(values) for name, values in (item.get("when") or {}).items()},
        "unless": list(item.get("unless") or ()),
    }
