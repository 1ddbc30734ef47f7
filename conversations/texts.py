"""The few sentences that the spine says by itself, from `texts.yml`."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from conversations.model import Button, Content


class _Button(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    payload: str


class _Greeting(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    buttons: list[_Button]


class Texts(BaseModel):
    """The file's shape; a broken file stops the start."""

    model_config = ConfigDict(extra="forbid")
    version: int
    greeting: _Greeting
    menu: list[_Button]
    apology: str
    callback_filed: str
    callback_again: str
    ended: str
    ended_waiting: str


@cache
def texts() -> Texts:
    """The sentences, checked; raises pydantic's ValidationError naming the field."""
    return Texts.model_validate(yaml.safe_load((Path(__file__).parent / "texts.yml").read_text("utf8")))


def greeting() -> Content:
    """The first bot message of every conversation: what the bot is, what is kept, a menu."""
    told = texts().greeting
    return Content(text=told.text, buttons=tuple(Button(b.title, b.payload) for b in told.buttons))


def menu() -> tuple[Button, ...]:
    """What platforms show beside every conversation, where they have a place for it."""
    return tuple(Button(b.title, b.payload) for b in texts().menu)


@cache
def always_shown() -> tuple[Button, ...]:
    """Buttons that everybody has been shown: the greeting's and the menu's."""
    return greeting().buttons + menu()
