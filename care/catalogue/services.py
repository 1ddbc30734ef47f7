"""The catalogue of services: what a ticket can be about, its documents, steps, cost and time."""

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator

from care.catalogue.yaml_file import Entry

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Confidence = Literal["confirmed", "old", "unconfirmed", "ours"]
Unit = Literal["hours", "desk_hours", "working_days", "days", "immediate"]
Priority = Literal["P0", "P1", "P2", "P3"]
Fault = Literal["outage", "hazard", "voltage"]


class Variant(Entry):
    """One time limit; `value` None means that none is known. `fits` names details that choose it."""

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


class Service(Entry):
    """One service or ticket kind."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{2,39}$")]
    group: str
    name_vi: Text
    aliases_vi: tuple[Text, ...] = ()
    who: Text | None = None
    priority: Priority
    fault: Fault | None = None
    otp: bool = False
    confidential: bool = False
    documents: tuple[Paper, ...] = ()
    steps: tuple[Text, ...] = ()
    rules: tuple[Text, ...] = ()
    sla: tuple[Variant, ...] = ()
    cost: Text | None = None
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    confidence: Confidence
    sources: tuple[str, ...] = ()


class ServiceFile(Entry):
    """services.yaml as a whole; names used in it must exist in it."""

    version: str
    sources: dict[str, str]
    groups: list[Group]
    documents: dict[str, PaperKind]
    services: list[Service]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        groups, seen = {group.id for group in self.groups}, set[str]()
        for service in self.services:
            if service.id in seen:
                raise ValueError(f"service {service.id} is there twice")
            seen.add(service.id)
            if service.group not in groups:
                raise ValueError(f"service {service.id}: unknown group {service.group}")
            cited = {*service.sources, *(variant.source for variant in service.sla if variant.source)}
            if missing := cited - self.sources.keys():
                raise ValueError(f"service {service.id}: unknown sources {sorted(missing)}")
            papers = {paper.document for paper in service.documents if paper.document}
            if missing := papers - self.documents.keys():
                raise ValueError(f"service {service.id}: unknown documents {sorted(missing)}")
        return self

    def resolved(self) -> dict[str, Service]:
        """Services by id, their common documents written out."""
        return {service.id: self._written_out(service) for service in self.services}

    def _written_out(self, service: Service) -> Service:
        papers = tuple(self._paper(paper) for paper in service.documents)
        return service.model_copy(update={"documents": papers})

    def _paper(self, paper: Paper) -> Paper:
        if paper.document is None:
            return paper
        kind = self.documents[paper.document]
        return Paper(document=paper.document, vi=kind.vi, when=paper.when or kind.when, options=kind.options)
