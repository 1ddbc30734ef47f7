"""The core of every task: which facts it needs, which is missing, and what is remembered between messages.

A task is described in `forms.yml` (ordered fields, each with a kind and a condition), a catalogue service by the fields
that stand in its own notes, and kept as plain JSON in the tracker's one slot. Nothing here speaks or calls anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.field_values import READ_HERE, complete
from actions.place import Where

KINDS = READ_HERE | {"place", "area", "moment", "choice", "phone", "name", "dates", "ticket_code", "last_three"}
FORMS = Path(__file__).with_name("forms.yml")
# They file something.
RETURNING = frozenset({"outage", "service", "high_bill", "payment_problem", "einvoice"})
Facts = dict[str, Any]


class BadForm(Exception):
    """A form nobody could fill in: unknown kind, a name twice, a condition on a field that comes later."""


@dataclass(frozen=True)
class Field:
    """One fact: `when` names facts that make it needed, `answers` what yes and no mean when it is asked.

    A catalogue field brings its own `question`, the `labels` of its choices, and facts `unless` which it is needless.
    """

    name: str
    kind: str
    required: bool = True
    choices: tuple[str, ...] = ()
    when: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    question: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def needed(self, facts: Facts) -> bool:
        """Whether these facts make this one worth asking."""
        fits = all(
            facts.get(name) == value if isinstance(value, str) else facts.get(name) in value
            for name, value in self.when.items()
        )
        return self.required and fits and not any(facts.get(name) for name in self.unless)

    def filled(self, facts: Facts) -> bool:
        """Whether nothing more needs asking here (a refusal counts: it is kept as an empty string)."""
        if self.kind in ("place", "address"):
            return Where.of(facts.get(self.name)).gap is None
        if self.kind == "area":
            return Where.of(facts.get(self.name)).area_gap is None
        return self.name in facts and complete(self.kind, facts[self.name])


@dataclass(frozen=True)
class Form:
    """An ordered list of facts."""

    name: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """The field of that name; raises KeyError."""
        return {one.name: one for one in self.fields}[name]

    def missing(self, facts: Facts, spared: frozenset[str] = frozenset()) -> Field | None:
        """The next fact to ask for, but the spared ones; None when all is there."""
        open_ones = (one for one in self.fields if one.needed(facts) and not one.filled(facts))
        return next((one for one in open_ones if one.name not in spared), None)


@dataclass
class Task:
    """One customer need under way. `asking` is the field (or stage question) the customer was last asked, `at` its last turn."""

    name: str
    facts: Facts = field(default_factory=dict)
    stage: str = "collect"
    asking: str = ""
    tries: int = 0
    ticket: str = ""
    notes: Facts = field(default_factory=dict)
    at: str = ""

    @property
    def form(self) -> Form:
        """What this task asks for: the form of its name, or the fields it carries."""
        own = self.notes.get("fields")
        return forms()[self.name] if own is None else Form(self.name, tuple(_field(entry) for entry in own))

    @property
    def returns(self) -> bool:
        """Whether it is offered again after something else came in between."""
        asks_which = self.stage == "which" and self.notes.get("wish") is None
        return self.name in RETURNING and not asks_which


@dataclass
class State:
    """All the dialogue remembers: the task under way, one set aside, and facts useful to the next one.

    `later` are wishes still to be offered, `offered` the one just offered, `last` the last bubble, for who asks again,
    with all buttons of the turn as `shown`. `files` were sent for the ticket that is still to be filed;
    `album` is the one that the last message belonged to.
    """

    task: Task | None = None
    aside: Task | None = None
    known: Facts = field(default_factory=dict)
    unsure: int = 0
    greeted: bool = False
    angry: int = 0
    later: list[str] = field(default_factory=list)
    offered: str = ""
    last: Facts = field(default_factory=dict)
    files: list[Facts] = field(default_factory=list)
    album: str = ""

    @classmethod
    def of(cls, stored: Any) -> "State":
        """From the slot; anything unreadable (an older version's) starts afresh."""
        if not isinstance(stored, dict):
            return cls()
        try:
            tasks = {key: Task(**stored[key]) if stored.get(key) else None for key in ("task", "aside")}
            return cls(**{**stored, **tasks})
        except TypeError:
            return cls()

    def stored(self) -> dict[str, Any]:
        """For the slot."""
        return asdict(self)


@cache
def forms(path: Path = FORMS) -> Mapping[str, Form]:
    """Every form by task name; raises BadForm."""
    content = yaml.safe_load(path.read_text("utf-8"))
    return {name: _form(name, entries) for name, entries in content["forms"].items()}


def _field(entry: Mapping[str, Any]) -> Field:
    return Field(**{**entry, **{name: tuple(entry.get(name, ())) for name in ("choices", "unless")}})


def _form(name: str, entries: list[dict[str, Any]]) -> Form:
    fields: list[Field] = []
    for entry in entries:
        one = _field(entry)
        earlier = {known.name for known in fields}
        if one.kind not in KINDS or one.name in earlier or not set(one.when) <= earlier:
            raise BadForm(f"{name}.{one.name}")
        fields.append(one)
    return Form(name, tuple(fields))
