"""Dialogues as data: the YAML files of this folder, one a family, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
ACTS = ("say", "tap", "press", "one_time_code", "location", "picture", "staff", "grid")


@dataclass(frozen=True)
class Step:
    """One thing a customer does, and what must be heard after it.

    Exactly one of the acts: `say` words; `tap` the shown button with this title; `press` the shown payload;
    `one_time_code` right or wrong; `location` lat,lon; `picture` of this name, without words; `staff` moves the last ticket told to this status;
    `grid` is cut or restored where `{code}` is: the first is heard by nobody, the second by who follows it.
    `fill` and `to`: the words are padded with `fill` to `to` characters. `times`: done so often, `{n}` counts.
    `expect`: each must be heard, "a|b" is either; `never`: none may be. `buttons`: titles that must be shown.
    `wish`: what the model must hear in the words.
    """

    say: str = ""
    tap: str = ""
    press: str = ""
    one_time_code: str = ""
    location: str = ""
    picture: str = ""
    staff: str = ""
    grid: str = ""
    fill: str = ""
    to: int = 0
    times: int = 1
    wish: str = ""
    expect: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()

    @property
    def act(self) -> str:
        """Which of the acts it is."""
        (act,) = (name for name in ACTS if getattr(self, name))
        return act


@dataclass(frozen=True)
class Dialogue:
    """A whole conversation. `owner`: what kind of contract `{code}` is (cast.py).

    `tickets`: all that this conversation files, each by some of its fields (`files`: how many are attached). `serves`: services answered without a ticket.
    `state`: the conversation's at the end. `same_words`: the bot may say the same more than twice running.
    """

    name: str
    family: str
    turns: tuple[Step, ...]
    owner: str = "plain"
    tickets: tuple[dict[str, Any], ...] = ()
    serves: tuple[str, ...] = ()
    state: str = ""
    same_words: bool = False

    @property
    def services(self) -> set[str]:
        """The services of the catalogue that occur in it."""
        return {one["service"] for one in self.tickets} | set(self.serves)

    @property
    def wishes(self) -> set[str]:
        """The intents that occur in it."""
        pressed = {step.press.partition(";")[0] for step in self.turns if step.press}
        return {step.wish for step in self.turns if step.wish} | pressed


def dialogues() -> list[Dialogue]:
    """All of them; raises ValueError or TypeError for a key that is none."""
    return [_dialogue(file.stem, each) for file in sorted(FOLDER.glob("*.yml")) for each in _in(file)]


def _in(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(file.read_text("utf8"))["dialogues"]
    return found


def _dialogue(family: str, raw: dict[str, Any]) -> Dialogue:
    turns = tuple(_step(each) for each in raw["turns"])
    return Dialogue(**{**_listed(raw, "tickets", "serves"), "family": family, "turns": turns})


def _step(raw: dict[str, Any]) -> Step:
    step = Step(**_listed(raw, "expect", "never", "buttons"))
    if sum(bool(getattr(step, name)) for name in ACTS) != 1:
        raise ValueError(f"one act a step: {raw}")
    return step


def _listed(raw: dict[str, Any], *names: str) -> dict[str, Any]:
    """Lists as tuples."""
    return raw | {name: tuple(raw[name]) for name in names if name in raw}
