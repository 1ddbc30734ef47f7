"""A random but sensible customer: answers, presses, corrects, repeats, changes the subject, leaves, is rude."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from settings import ROOT
from tests.dialogues.cast import Parts
from tests.dialogues.script import FOLDER
from tests.dialogues.watch import faults, is_notice, leaks
from tests.product.copy import Copy, Visitor

MARKUP = re.compile(r"\[([^\]]+)\]\([^)]+\)")
BLANK = re.compile(r"\{([a-z_0-9]+)\}")
CODE = re.compile(r"\bYC\d{8,10}\b")
FEWEST, MOST = 3, 12
ANSWER_WITHIN_S = 30.0
WEIGHTS = {"answer": 42, "press": 18, "wish": 18, "unfitting": 6, "correct": 6, "repeat": 3, "leave": 3, "hostile": 4}


@cache
def words() -> Mapping[str, Any]:
    """What is said where no sentence of the training data is."""
    found: Mapping[str, Any] = yaml.safe_load((FOLDER / "walk_words.yaml").read_text("utf8"))
    return found


@cache
def sentences() -> Mapping[str, Sequence[str]]:
    """The training sentences of each intent, without their marks."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for one in yaml.safe_load(file.read_text("utf8"))["nlu"]:
            if "intent" in one:
                lines = [line[2:].strip() for line in one["examples"].splitlines() if line.startswith("- ")]
                found.setdefault(one["intent"], []).extend(MARKUP.sub(r"\1", line) for line in lines)
    return found


@dataclass
class Walk:
    """One conversation; `problems` is empty when all was well."""

    copy: Copy
    parts: Parts
    draw: random.Random
    said: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    turns: int = 0
    _proved: bool = False
    _last: str = ""
    _text: str = ""
    _bubbles: list[tuple[str, str]] = field(default_factory=list)

    def go(self) -> None:
        """Open a conversation and talk until something is wrong or the customer has had enough."""
        began = time.monotonic()
        self.visitor = Visitor(self.copy)
        self._blanks = self.parts.blanks() | {"ticket": "YC12345674"}
        act: Callable[[], str] = self._wish
        for _ in range(self.draw.randint(FEWEST, MOST)):
            self._turn(act())
            if self.problems:
                return
            act = getattr(self, "_" + self.draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0])
        self.seconds = time.monotonic() - began

    def _turn(self, said: str) -> None:
        self.turns += 1
        heard: list[dict[str, Any]] = []
        while not heard:
            self.visitor.read(wait_s=ANSWER_WITHIN_S)
            heard = [one for one in self.visitor.heard if not is_notice(one)]
            if not self.visitor.heard:
                break
        self._text = "\n".join(one["text"] for one in heard)
        self.said += [f"> {said}", self._text + "  " + str([b["title"] for one in heard for b in one["buttons"]])]
        if told := CODE.findall(self._text):
            self._blanks["ticket"] = told[-1]
        self.problems += faults(heard, "\n".join(self.said[::2]))
        own = self.parts.own_secrets()
        self.problems += [f"private: {one}" for one in leaks(heard, set() if self._proved else own)]
        self.problems += [f"another's: {one}" for one in leaks(heard, self.parts.others_secrets() - own)]
        if said not in sentences()["repeat"]:  # who asks to hear it again, hears it again
            self._bubbles = [*self._bubbles[-2:], (_told(said), self._text)]
        asked, answers = {one for one, _ in self._bubbles}, {text for _, text in self._bubbles}
        if len(self._bubbles) == len(asked) == 3 and len(answers) == 1:
            self.problems.append("the same words three times")

    def _say(self, text: str) -> str:
        self._last = self._fill(text)
        self.visitor.post(text=self._last)
        return self._last

    def _fill(self, text: str) -> str:
        return BLANK.sub(lambda blank: self._blank(blank[1]) or blank[0], text)

    def _blank(self, name: str) -> str:
        if name in ("place", "place2"):
            return str(self.draw.choice(words()["places"]))
        if name in ("one_time_code", "wrong_code"):
            return self._code_sent(right=name == "one_time_code")
        return self._blanks.get(name, "")

    def _code_sent(self, *, right: bool) -> str:
        """The code on the owner's phone, or one beside it; a made-up one where another's contract is asked about."""
        if f"…{self._blanks['ending']}" not in self._text:
            return "135790"
        code = self.copy.one_time_code(self._blanks["ending"])
        self._proved = self._proved or right
        return code if right else f"{(int(code) + 1) % 10**6:06d}"

    def _answer(self) -> str:
        for one in words()["answers"]:
            if any(asked in self._text for asked in one["asked"]):
                return self._say(self.draw.choice(one["say"]))
        return self._press()

    def _press(self) -> str:
        shown = [one for bubble in self.visitor.heard for one in bubble["buttons"]]
        if not shown:
            return self._wish()
        button = self.draw.choice(shown)
        self.visitor.post(payload=button["payload"])
        self._last = button["title"]
        return f"[{button['title']}]"

    def _wish(self) -> str:
        intent = self.draw.choice(sorted(sentences()))
        return self._say(self.draw.choice(sentences()[intent]))

    def _unfitting(self) -> str:
        return self._say(self.draw.choice(words()["unfitting"]))

    def _correct(self) -> str:
        return self._say(self.draw.choice(words()["corrections"]))

    def _repeat(self) -> str:
        return self._say(self._last) if self._last else self._wish()

    def _leave(self) -> str:
        return self._say(self.draw.choice(words()["leaving"]))

    def _hostile(self) -> str:
        return self._say(self.draw.choice(words()["hostile"]))


def _told(said: str) -> str:
    """A phone or code in other words is the same message."""
    codes = re.findall(r"[A-Z]*[0-9]{8,}", said)
    return codes[-1] if codes else said
