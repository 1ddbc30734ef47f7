"""The catalogue of services: what a ticket can be about, its documents, steps, cost and time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, JsonValue, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from care.catalogue import fields as asked
from care.catalogue.yaml_file import Entry, mistake

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Confidence = Literal["confirmed", "old", "unconfirmed", "ours"]
Unit = Literal["hours", "desk_hours", "working_days", "days", "immediate"]
Priority = Literal["P0", "P1", "P2", "P3"]
CentreCode = Literal["EVNNPC", "EVNCPC", "EVNSPC", "EVNHANOI", "EVNHCMC"]
Fault = Literal["outage", "hazard", "voltage"]
# What a condition may name besides a service's own choices, with all its values.
TICKET_FACTS: dict[str, frozenset[str]] = {"centre": frozenset(get_args(CentreCode))}


class Variant(Entry):
    """One time limit; `value` None means that none is known.

    `fits` names what chooses it: choices among the service's fields, and `centre`, the ticket's own.
    """

    value: Annotated[int, Field(ge=0, le=400)] | None
    unit: Unit
    when: Text | None = None
    fits: dict[str, list[str]] | None = None
    source: str | None = None
    confidence: Confidence

    @property
    def promised(self) -> bool:
        """Whether a customer may be told this time."""
        return self.value is not None and self.unit != "immediate" and self.confidence in ("confirmed", "ours")


class PaperKind(Entry):
    """A document that many services ask for."""

    vi: Text
    when: Text | None = None
    options: tuple[Text, ...] = ()


class Paper(Entry):
    """A document that one service asks for: a common one by name, or its own words."""

    document: str | None = None
    vi: Text | None = None
    when: Text | None = None
    options: tuple[Text, ...] = ()


class Group(Entry):
    """A chapter of the official catalogue."""

    id: Text
    name_vi: Text


class ServiceInfo(Entry):
    """One service or ticket kind, all but its fields. `intents` are the customer's wishes that it serves."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{2,39}$")]
    group: str
    name_vi: Text
    aliases_vi: tuple[Text, ...] = ()
    intents: tuple[asked.Name, ...] = ()
    who: Text | None = None
    priority: Priority
    fault: Fault | None = None
    otp: bool = False
    confidential: bool = False
    otp_when: dict[str, list[str]] | None = None
    documents: tuple[Paper, ...] = ()
    steps: tuple[Text, ...] = ()
    rules: tuple[Text, ...] = ()
    sla: tuple[Variant, ...] = ()
    cost: Text | None = None
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    confidence: Confidence
    sources: tuple[str, ...] = ()


class ServiceEntry(ServiceInfo):
    """A service as the file has it; its fields may name common ones."""

    fields: Annotated[tuple[asked.FieldUse, ...], Field(min_length=1)]


class Service(ServiceInfo):
    """A service written out. `fields` are asked in this order before it is filed.

    `otp`: the one-time code comes first; with `otp_when` only for these choices.
    """

    fields: tuple[asked.Field, ...]

    @model_validator(mode="after")
    def _conditions_can_be_decided(self) -> Self:
        asked.check_fields(self.fields)
        for at, variant in enumerate(self.sla):
            if at and not variant.fits:
                raise mistake("only the first variant may do without fits", "sla", at)
            if variant.fits in [other.fits for other in self.sla[:at]]:
                raise mistake("an earlier variant fits the same", "sla", at, "fits")
            self._check_condition(variant.fits or {}, "sla", at, "fits")
        if self.otp_when is not None and not self.otp:
            raise mistake("otp_when needs otp", "otp_when")
        self._check_condition(self.otp_when or {}, "otp_when")
        return self

    def _check_condition(self, condition: dict[str, list[str]], *at: int | str) -> None:
        choices = {field.id: field.values for field in self.fields if field.type == "choice"} | TICKET_FACTS
        for name, values in condition.items():
            if name not in choices:
                raise mistake(f"{name} is no choice among the fields", *at, name)
            if not values or not set(values) <= choices[name]:
                raise mistake(f"{name} has the options {sorted(choices[name])}", *at, name)

    def needs_code(self, details: Mapping[str, JsonValue]) -> bool:
        """Whether the one-time code comes before this service, for these details."""
        if not self.otp_when:
            return self.otp
        return any(details.get(name) in values for name, values in self.otp_when.items())


class ServiceFile(Entry):
    """services.yaml as a whole; names used in it must exist in it."""

    version: str
    sources: dict[str, str]
    groups: list[Group]
    documents: dict[str, PaperKind]
    fields: dict[asked.Name, asked.FieldKind]
    services: list[ServiceEntry]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        groups, seen = {group.id for group in self.groups}, set[str]()
        for at, service in enumerate(self.services):
            here = ("services", at)
            if service.id in seen:
                raise mistake(f"service {service.id} is there twice", *here, "id")
            seen.add(service.id)
            if service.group not in groups:
                raise mistake(f"there is no group {service.group}", *here, "group")
            self._check_names(service, here)
            _written_out(self, service, here)
        return self

    def _check_names(self, service: ServiceEntry, here: tuple[int | str, ...]) -> None:
        for source in service.sources:
            if source not in self.sources:
                raise mistake(f"there is no source {source}", *here, "sources")
        for at, variant in enumerate(service.sla):
            if variant.source and variant.source not in self.sources:
                raise mistake(f"there is no source {variant.source}", *here, "sla", at, "source")
        for at, paper in enumerate(service.documents):
            if paper.document and paper.document not in self.documents:
                raise mistake(f"there is no document {paper.document}", *here, "documents", at, "document")

    def resolved(self) -> dict[str, Service]:
        """Services by id, their common documents and fields written out."""
        return {service.id: _written_out(self, service, ("services", at)) for at, service in enumerate(self.services)}

    def paper(self, paper: Paper) -> Paper:
        """A document with its words."""
        if paper.document is None:
            return paper
        kind = self.documents[paper.document]
        return Paper(document=paper.document, vi=kind.vi, when=paper.when or kind.when, options=kind.options)


def _written_out(file: ServiceFile, service: ServiceEntry, here: tuple[int | str, ...]) -> Service:
    """The service whole; mistakes are told by their place in the file."""
    written: list[asked.Field] = []
    for at, use in enumerate(service.fields):
        with _placed(*here, "fields", at):
            written.append(asked.written_out(use, file.fields))
    parts = service.model_dump(exclude={"fields", "documents"})
    papers = tuple(file.paper(paper) for paper in service.documents)
    with _placed(*here):
        return Service.model_validate({**parts, "documents": papers, "fields": tuple(written)})


@contextmanager
def _placed(*here: int | str) -> Iterator[None]:
    """A mistake found below `here`, told by its whole place."""
    try:
        yield
    except PydanticCustomError as error:
        context = error.context or {}
        raise mistake(context["reason"], *here, *context["at"]) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise mistake(first["msg"], *here, *first["loc"], *first.get("ctx", {}).get("at", ())) from error
