"""The few sentences that the Zalo channel says by itself, from `zalo.yml`."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Shared(BaseModel):
    """How what a customer shared is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    phone: str
    address: str


class Request(BaseModel):
    """The card that asks for contact data."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    subtitle: str = Field(min_length=1, max_length=500)


class ZaloTexts(BaseModel):
    """The file's shape; a broken file stops the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    shared: Shared
    request: Request


@cache
def texts() -> ZaloTexts:
    """The sentences, checked; raises pydantic's ValidationError naming the field."""
    return ZaloTexts.model_validate(yaml.safe_load((Path(__file__).parent / "zalo.yml").read_text("utf8")))
