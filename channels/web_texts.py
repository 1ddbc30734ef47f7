"""The sentences of the web chat's door and page, from `web/texts.yml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent / "web"


class Texts(BaseModel):
    """The file's shape; a broken file stops the start."""

    model_config = ConfigDict(extra="forbid")
    version: int
    errors: dict[str, str]
    page: dict[str, str]
    widget: dict[str, str]


@cache
def texts() -> Texts:
    """The sentences, checked; raises pydantic's ValidationError naming the field."""
    return Texts.model_validate(yaml.safe_load((FOLDER / "texts.yml").read_text("utf8")))
