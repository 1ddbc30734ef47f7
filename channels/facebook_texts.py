"""What the Facebook page shows beside the bot's answers, from `facebook.yml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from conversations import greeting


class IceBreaker(BaseModel):
    """A question that somebody who has not written yet may tap."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    question: str = Field(min_length=1, max_length=80)
    payload: str


class ProfileTexts(BaseModel):
    """What `make facebook-setup` puts on the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    greeting: str = Field(min_length=1, max_length=160)
    ice_breakers: Annotated[tuple[IceBreaker, ...], Field(max_length=4)]

    @model_validator(mode="after")
    def _opens_what_there_is(self) -> Self:
        unknown = {each.payload for each in self.ice_breakers} - {each.payload for each in greeting().buttons}
        if unknown:
            raise ValueError(f"no button of the greeting: {', '.join(sorted(unknown))}")
        return self


class DeletionTexts(BaseModel):
    """The page that tells how far the deletion of somebody's data is; `deleted` by what was counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    unknown: str
    code: str
    asked: str
    waiting: str
    done: str
    nothing: str
    deleted: dict[str, str]
    kept: str
    contact: str


class FacebookTexts(BaseModel):
    """The file's shape; a broken file stops the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    start: str = Field(min_length=1)
    profile: ProfileTexts
    deletion: DeletionTexts


@cache
def texts() -> FacebookTexts:
    """The sentences, checked; raises pydantic's ValidationError naming the field."""
    return FacebookTexts.model_validate(yaml.safe_load((Path(__file__).parent / "facebook.yml").read_text("utf8")))
