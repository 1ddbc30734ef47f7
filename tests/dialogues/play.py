"""Plays one dialogue with the running product as a customer on the web page."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from apps import postgres
from tests.channels.test_uploads import drawn
from tests.dialogues.cast import Cast, Parts
from tests.dialogues.script import Dialogue, Step
from tests.dialogues.watch import faults, is_notice, leaks
from tests.product.copy import Copy, Visitor

BLANK = re.compile(r"\{([a-z_0-9]+)\}")
CODE = re.compile(r"\bYC\d{8,10}\b")
PATIENCE_S = 20.0
PNG = drawn("PNG")


def play(copy: Copy, cast: Cast, dialogue: Dialogue) -> None:
    """Raises AssertionError with all that was said when the bot does not do what the dialogue expects."""
    stage = _Stage(copy, Visitor(copy), cast.parts(dialogue.owner), dialogue)
    try:
        for step in dialogue.turns:
            for number in range(1, step.times + 1):
                stage.blanks["n"] = str(number)
                stage.do(step)
        stage.check_tickets()
        assert dialogue.state in ("", stage.visitor.state), f"the conversation's state is {stage.visitor.state}"
    except AssertionError as error:
        raise AssertionError(f"{error}\n" + "\n".join(stage.said)) from None


@dataclass
class _Stage:
    copy: Copy
    visitor: Visitor
    parts: Parts
    dialogue: Dialogue
    blanks: dict[str, str] = field(init=False)
    said: list[str] = field(default_factory=list)
    proved: bool = False
    last: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blanks = self.parts.blanks()

    def do(self, step: Step) -> None:
        """One step and its answer."""
        words = self._act(step)
        if step.wish:
            self._check_wish(step.wish, words)
        if step.grid == "cut":
            return
        bubbles = self._answer(notices=bool(step.staff or step.grid))
        text = "\n".join(one["text"] for one in bubbles)
        titles = [b["title"] for one in bubbles for b in one["buttons"]]
        self.said += [f"> {words[:300]}", f"{text}  {titles}"]
        if told := CODE.findall(text):
            self.blanks["ticket"] = told[-1]
        assert not (wrong := faults(bubbles)), wrong
        self._check_private(bubbles)
        self._check_words(step, text)
        for title in step.buttons:
            assert title in titles, f"no button {title!r}"
        self.last = [*self.last[-2:], text]
        assert self.dialogue.same_words or len(self.last) < 3 or len(set(self.last)) > 1, "the same words three times"

    def check_tickets(self) -> None:
        """The conversation filed what the dialogue lists and nothing else."""
        wanted = [_filled(one, self.blanks) for one in self.dialogue.tickets]
        give_up_at = time.monotonic() + PATIENCE_S
        while True:
            filed = self.copy.tickets(conversation_id=self._conversation_id())
            # The ticket of a call-back is filed by the jobs process in its own time.
            if len(filed) >= len(wanted) or time.monotonic() > give_up_at:
                break
            time.sleep(0.1)
        filed = [one | {"files": len(self._files(one["code"]))} for one in filed]
        services = sorted(one["service"] for one in filed)
        assert services == sorted(one["service"] for one in wanted), f"filed: {services}"
        for one in wanted:
            assert any(_fits(one, ticket) for ticket in filed), f"no ticket like {one} in {filed}"

    def _act(self, step: Step) -> str:
        words = self._fill(getattr(step, step.act))
        if step.to:
            words = (words + (" " + step.fill) * step.to)[: step.to]
        if step.act == "one_time_code":
            right = self.copy.one_time_code(self.blanks["ending"])
            words = right if words == "right" else f"{(int(right) + 1) % 10**6:06d}"
            self.proved = self.proved or words == right
        if step.act == "tap":
            found = [b["payload"] for b in self.visitor.buttons if b["title"] == words]
            assert found, f"no button {words!r} among {[b['title'] for b in self.visitor.buttons]}"
            self.visitor.post(payload=found[0])
        elif step.act == "press":
            self.visitor.post(payload=words)
        elif step.act == "location":
            lat, lon = words.split(",")
            self.visitor.post(location={"lat": float(lat), "lon": float(lon)})
        elif step.act == "picture":
            self.visitor.post(attachments=[self.visitor.upload(PNG, words)])
        elif step.act == "staff":
            path = f"/tickets/{self.blanks['ticket']}/transitions"
            for status in words.split():
                assert self.copy.api("POST", path, json={"to": status, "by": "clerk"}).ok
        elif step.act == "grid":
            self._grid(words)
        else:
            self.visitor.post(text=words)
        return words

    def _grid(self, words: str) -> None:
        """An incident at the customer's station begins, or ends."""
        if words == "restored":
            path = f"/outages/{self.blanks['incident']}"
            assert self.copy.api("PATCH", path, json={"status": "done", "by": "operator"}).ok
            return
        person = self.parts.person
        body = {"kind": "incident", "status": "running", "area": "khu vực thử", "stations": [person["station"]],
                "province": person["address"].split(", ")[-1], "reason": "đứt dây trung thế",
                "starts_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}  # fmt: skip
        self.blanks["incident"] = self.copy.api("POST", "/outages", json=body).json()["code"]

    def _fill(self, words: str) -> str:
        if "{strangers_ticket}" in words and "strangers_ticket" not in self.blanks:
            self.blanks["strangers_ticket"] = self.parts.strangers_ticket()["code"]
        return BLANK.sub(lambda blank: self.blanks.get(blank[1], blank[0]), words)

    def _answer(self, *, notices: bool) -> list[dict[str, Any]]:
        """The bubbles of the next answer; what comes by itself is passed over, or waited for where it is expected."""
        while True:
            self.visitor.read(wait_s=PATIENCE_S)
            heard = [one for one in self.visitor.heard if notices or not is_notice(one)]
            if heard or not self.visitor.heard:
                return heard

    def _check_wish(self, wish: str, words: str) -> None:
        parsed = self.copy.understood(words)
        heard = [parsed["intent"]["name"], *(one["name"] for one in parsed["wishes"])]
        assert wish in heard, f"{words!r} was read as {heard} ({parsed['intent']['confidence']:.2f})"

    def _check_words(self, step: Step, text: str) -> None:
        heard = text.lower()
        for each in step.expect:
            assert any(self._fill(one).lower() in heard for one in each.split("|")), f"not heard: {each!r}"
        for each in step.never:
            assert self._fill(each).lower() not in heard, f"heard: {each!r}"

    def _check_private(self, bubbles: list[dict[str, Any]]) -> None:
        secrets = self.parts.others_secrets() - (self.parts.own_secrets() if self.proved else set())
        secrets |= set() if self.proved else self.parts.own_secrets()
        assert not (told := leaks(bubbles, secrets)), f"private: {told}"

    def _files(self, code: str) -> list[dict[str, Any]]:
        files: list[dict[str, Any]] = self.copy.api("GET", f"/tickets/{code}/attachments").json()["items"]
        return files

    def _conversation_id(self) -> str:
        url = postgres.prepare(self.copy.var_dir).url
        with psycopg.connect(url) as connection:
            query = "SELECT id FROM conversations.conversation WHERE user_id = %s"
            row = connection.execute(query, [self.visitor.session_id]).fetchone()
        assert row is not None
        return str(row[0])


def _filled(value: Any, blanks: dict[str, str]) -> Any:
    if isinstance(value, str):
        return BLANK.sub(lambda blank: blanks.get(blank[1], blank[0]), value)
    if isinstance(value, dict):
        return {name: _filled(each, blanks) for name, each in value.items()}
    return value


def _fits(wanted: Any, found: Any) -> bool:
    """Every part that is wanted is there; "~words" wants words within."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_fits(each, found.get(name)) for name, each in wanted.items())
    if isinstance(wanted, str) and wanted.startswith("~"):
        return wanted[1:].lower() in str(found).lower()
    return bool(wanted == found)
