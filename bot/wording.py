"""What trainers should look at again in the bot's own words (data/responses): length, buttons, courtesy, figures, blanks."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.callers import Callers
from bot.nlu.errors import BadTrainingData

# What a phone shows without scrolling, and what the strictest platform takes in one message.
MOST_LINES, MOST_LETTERS, LONGEST = 3, 280, 640
LONGEST_TITLE, LONGEST_PAYLOAD, MOST_BUTTONS = 20, 64, 5
_COURTEOUS = re.compile(r"\b(?:dạ|ạ|nhé|vâng)\b", re.IGNORECASE)
_ADDRESSED = re.compile(r"\b(?:anh/chị|mình|em)\b", re.IGNORECASE)
# Each with how it should stand. Prices in đ/kWh are figures like any other.
_FIGURES = (
    (re.compile(r"\b\d{1,2}:\d{2}\b"), "17h30"),
    (re.compile(r"\b(?:0\d|\d{1,2})[hg]00\b|\b0\d[hg]\d{0,2}\b|\b\d{1,2}g\d{2}\b"), "7h, 17h30"),
    (re.compile(r"\b\d{1,3}(?:,\d{3})+\b|(?<![\d.,])\d{4,}(?= ?(?:đ|đồng)\b)"), "1.164.197 đ"),
    (re.compile(r"(?:\d|\})(?:đ|VNĐ|VND)\b|(?:\d|\}) (?:đồng|VNĐ|VND)\b"), "1.164.197 đ"),
)


@dataclass(frozen=True)
class Reply:
    """One sentence of the bot with its buttons (title, payload); `spoken` is false for a term inside other sentences."""

    key: str
    text: str
    file: str
    buttons: tuple[tuple[str, str], ...] = ()
    spoken: bool = True


@dataclass
class Findings:
    """`faults` must not go live; `notes`, by what is the matter, are the trainer's to judge."""

    faults: list[str] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)


def read_replies(folder: Path) -> list[Reply]:
    """Every sentence and term below `folder`; raises BadTrainingData for a file that cannot be read."""
    replies: list[Reply] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            content = YAML(typ="safe").load(path) or {}
        except YAMLError as exc:
            raise BadTrainingData(f"{path.name}: {exc}") from exc
        replies += [_reply(key, entry, path.name) for key, entry in (content.get("replies") or {}).items()]
        replies += [Reply(key, str(text), path.name, (), False) for key, text in (content.get("terms") or {}).items()]
    return replies


def check(replies: Sequence[Reply], callers: Callers) -> Findings:
    """All that is the matter, each line naming file and key."""
    return Findings(
        faults=[f"{one.file}: {one.key} {fault}" for one in replies for fault in _faults(one, callers)],
        notes={
            "bubbles too long for a phone": _named(replies, _too_long),
            "sentences without Dạ or ạ": _named(replies, _curt),
        },
    )


def blanks(text: str) -> set[str]:
    """The names a sentence leaves open."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _faults(one: Reply, callers: Callers) -> Iterator[str]:
    if len(one.text) > LONGEST:
        yield f"has {len(one.text)} letters, a message takes {LONGEST}"
    if len(one.buttons) > MOST_BUTTONS:
        yield f"has {len(one.buttons)} buttons, at most {MOST_BUTTONS} are shown"
    for title, payload in one.buttons:
        if len(title) > LONGEST_TITLE:
            yield f"has the button {title!r} of {len(title)} letters, {LONGEST_TITLE} are shown"
        if len(payload) > LONGEST_PAYLOAD or not payload.isascii():
            yield f"has the payload {payload!r}: at most {LONGEST_PAYLOAD} letters, ASCII only"
    for words in (one.text, *(title for title, _ in one.buttons)):
        yield from (f"writes {found[0]!r}, not like {how}" for form, how in _FIGURES for found in form.finditer(words))
    yield from (f"has the blank {{{name}}} that no code fills" for name in sorted(callers.unfilled(*_open(one))))


def _open(one: Reply) -> tuple[str, set[str]]:
    try:
        return one.key, blanks(one.text)
    except ValueError:
        return one.key, {"…"}  # a brace that is not closed: nothing can fill it


def _too_long(one: Reply) -> str | None:
    lines = one.text.strip().count("\n") + 1
    if lines <= MOST_LINES and len(one.text) <= MOST_LETTERS:
        return None
    return f"{lines} lines, {len(one.text)} letters"


def _curt(one: Reply) -> str | None:
    """Speaks to a customer, or of itself, without courtesy; a danger's warning is short on purpose."""
    if not _ADDRESSED.search(one.text) or _COURTEOUS.search(one.text) or one.text.startswith("⚠"):
        return None
    return one.text.split("\n", 1)[0][:60]


def _named(replies: Iterable[Reply], judge: Callable[[Reply], str | None]) -> list[str]:
    return [f"{one.file}: {one.key}: {found}" for one in replies if one.spoken and (found := judge(one))]


def _reply(key: str, entry: Any, file: str) -> Reply:
    if isinstance(entry, str):
        return Reply(key, entry.strip(), file)
    if not isinstance(entry, Mapping) or "text" not in entry:
        raise BadTrainingData(f"{file}: {key} has no text")
    try:
        buttons = tuple((str(one["title"]), str(one["payload"])) for one in entry.get("buttons") or ())
    except (KeyError, TypeError) as exc:
        raise BadTrainingData(f"{file}: {key} has a button without title or payload") from exc
    return Reply(key, str(entry["text"]).strip(), file, buttons)
