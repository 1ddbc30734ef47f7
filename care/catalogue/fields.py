"""What the bot or a clerk asks before a service can be filed: ordered fields, each with its question."""

from typing import Annotated, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from care.catalogue.yaml_file import Entry, mistake

FieldType = Literal[
    "person_name",
    "phone",
    "customer_code",
    "ticket_code",
    "address",
    "email",
    "date",
    "date_range",
    "time",
    "moment",
    "billing_period",
    "money",
    "kwh",
    "kw",
    "meter_reading",
    "number",
    "text",
    "choice",
]
# A field of one of these names is a fact of the ticket itself; all others go into the ticket's `details`.
OWN_FACTS: dict[str, FieldType] = {
    "customer_code": "customer_code",
    "contact_name": "person_name",
    "phone": "phone",
    "address": "address",
    "description": "text",
}
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Question = Annotated[str, StringConstraints(min_length=5, max_length=200, strip_whitespace=True)]


class Option(Entry):
    """One answer of a choice: what is stored, and what the customer reads."""

    value: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
    vi: Label


class FieldKind(Entry):
    """A field as many services ask it."""

    type: FieldType
    question_vi: Question
    options: Annotated[tuple[Option, ...], Limit(max_length=12)] = ()
    asked_of: Literal["customer", "staff"] = "customer"

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        values = [option.value for option in self.options]
        if (self.type == "choice") != bool(values):
            raise mistake("a choice has options, and nothing else has", "options")
        if len(values) == 1 or len(set(values)) < len(values):
            raise mistake("a choice has at least two options, each of its own value", "options")
        polite = self.question_vi.startswith("Dạ") and self.question_vi.endswith("ạ?")
        if self.asked_of == "customer" and not polite:
            raise mistake("a question to a customer begins with “Dạ” and ends with “ạ?”", "question_vi")
        return self


class FieldUse(Entry):
    """A field of one service: a common one by name, or its own; a value given here wins over the common one.

    `when` names earlier choices that make it needed; `unless` names earlier fields that make it needless once given.
    """

    field: Name | None = None
    id: Name | None = None
    type: FieldType | None = None
    question_vi: Question | None = None
    options: tuple[Option, ...] = ()
    asked_of: Literal["customer", "staff"] | None = None
    required: bool = True
    when: dict[str, list[str]] | None = None
    unless: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _is_common_or_its_own(self) -> Self:
        if self.field is None and (self.id is None or self.type is None or self.question_vi is None):
            raise mistake("a field names a common one, or has id, type and question_vi of its own")
        return self


class Field(FieldKind):
    """A field of one service, written out. `when` and `unless` as in FieldUse."""

    id: Name
    required: bool = True
    when: dict[str, list[str]] | None = None
    unless: tuple[Name, ...] = ()

    @property
    def values(self) -> frozenset[str]:
        """What a choice can be."""
        return frozenset(option.value for option in self.options)


def written_out(use: FieldUse, common: dict[str, FieldKind]) -> Field:
    """The field whole; raises a mistake for an unknown common one and whatever Field finds."""
    base: dict[str, object] = {}
    if use.field is not None:
        if use.field not in common:
            raise mistake(f"there is no common field {use.field}", "field")
        base = common[use.field].model_dump()
    own = use.model_dump(exclude_unset=True, exclude={"field"})
    return Field.model_validate({"id": use.id or use.field, **base, **own})


def check_fields(fields: tuple[Field, ...]) -> None:
    """Raises a mistake where the fields of one service do not fit each other."""
    earlier: dict[str, Field] = {}
    for at, field in enumerate(fields):
        if field.id in earlier:
            raise mistake(f"the field {field.id} is there twice", "fields", at)
        if field.type != OWN_FACTS.get(field.id, field.type):
            raise mistake(f"{field.id} is the ticket's own {OWN_FACTS[field.id]}", "fields", at, "type")
        for name, values in (field.when or {}).items():
            if name not in earlier or not values or not set(values) <= earlier[name].values:
                raise mistake("names no earlier choice, or an option it does not have", "fields", at, "when", name)
        for name in field.unless:
            if name not in earlier:
                raise mistake(f"{name} is no earlier field", "fields", at, "unless")
        earlier[field.id] = field
