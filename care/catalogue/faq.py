"""Facts that customers ask for, each with its source and how sure it is."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from care.catalogue.services import Confidence, Text
from care.catalogue.yaml_file import Entry, mistake


class Fact(Entry):
    """One question with what is known; what is unconfirmed is never stated as certain."""

    id: Annotated[str, StringConstraints(pattern=r"^F[0-9]{3}$")]
    topic: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,30}$")]
    confidence: Confidence
    source: Text
    question_vi: Text
    facts: Annotated[list[Text], Field(min_length=1)]


class FaqFile(Entry):
    """faq.yaml as a whole."""

    version: str
    facts: list[Fact]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        seen = set[str]()
        for at, fact in enumerate(self.facts):
            if fact.id in seen:
                raise mistake(f"{fact.id} is there twice", "facts", at, "id")
            seen.add(fact.id)
        return self
