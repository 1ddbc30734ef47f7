"""The few sentences that the Telegram channel says by itself, from `telegram.yml`."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Command(BaseModel):
    """One entry of the bot's menu."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    command: str = Field(pattern=r"^[a-z0-9_]{1,32}$")
    words: str
    description: str = Field(min_length=1, max_length=256)


class TelegramTexts(BaseModel):
    """The file's shape; a broken file stops the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    start: str
    commands: tuple[Command, ...]
    description: str = Field(max_length=512)
    in_a_group: str

    def words_of(self, command: str) -> str | None:
        """What a command of the menu stands for; None for others."""
        return next((each.words for each in self.commands if each.command == command), None)


@cache
def texts() -> TelegramTexts:
    """The sentences, checked; raises pydantic's ValidationError naming the field."""
    return TelegramTexts.model_validate(yaml.safe_load((Path(__file__).parent / "telegram.yml").read_text("utf8")))
