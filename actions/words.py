"""What the bot says: loads the customer-facing sentences of `data/responses/` and fills their blanks."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from bot.vietnamese import written_hour

FOLDER = Path(__file__).resolve().parents[1] / "data" / "responses"
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


class BadWords(Exception):
    """A sentence file that must not go live: a key or term twice, a missing text, a button without payload."""


@dataclass(frozen=True)
class Button:
    """A quick reply: what the customer sees, and what comes back when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True)
class Said:
    """One bubble of the bot; `agreed` is the button that a plain yes presses when nothing else is under way."""

    text: str
    buttons: tuple[Button, ...] = ()
    agreed: str = ""


@dataclass(frozen=True)
class Words:
    """All sentences by key, and the small terms (`terms:`) used inside them."""

    replies: Mapping[str, Said]
    terms: Mapping[str, str]

    def say(self, key: str, buttons: Iterable[Button] = (), **facts: str) -> Said:
        """The sentence `key` with its blanks filled; `buttons` go before the sentence's own."""
        said = self.replies[key]
        return replace(said, text=said.text.format_map(facts), buttons=(*buttons, *said.buttons))

    def variant(self, key: str, seed: str) -> str:
        """One of `key`, `key.v2`, `key.v3`…: the same for the same seed, so that a replayed turn says the same."""
        number = 1
        while f"{key}.v{number + 1}" in self.replies:
            number += 1
        chosen = crc32(seed.encode()) % number + 1
        return key if chosen == 1 else f"{key}.v{chosen}"

    def first_of(self, *keys: str) -> str:
        """The first key there is a sentence for; raises KeyError when none is."""
        return next((key for key in keys if key in self.replies), keys[-1])

    def term(self, key: str, **facts: str) -> str:
        """A small phrase; an unknown key is shown as it is (a status or reason named by care)."""
        return self.terms.get(key, key.rsplit(".", 1)[-1]).format_map(facts)

    def moment(self, moment: datetime, now: datetime, time: str | None = None) -> str:
        """A moment in Vietnamese time, told from today: `7h30 hôm nay (23/11)`; `time` stands for the hour."""
        local, today = moment.astimezone(VIETNAM), now.astimezone(VIETNAM).date()
        day = {-1: "day.yesterday", 0: "day.today", 1: "day.tomorrow"}.get((local.date() - today).days, "day.other")
        year = "" if local.year == today.year else f"/{local.year}"
        return self.term(
            day, time=written_hour(local) if time is None else time, date=f"{local.day}/{local.month}{year}"
        )


def blanks(text: str) -> frozenset[str]:
    """The names a sentence leaves open."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


@cache
def words(folder: Path = FOLDER) -> Words:
    """The sentences of `folder`, read once; raises BadWords."""
    replies: dict[str, Said] = {}
    terms: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        for key, entry in (content.get("replies") or {}).items():
            if key in replies:
                raise BadWords(f"{path.name}: {key} is there twice")
            replies[key] = _said(f"{path.name}: {key}", entry)
        named = content.get("terms") or {}
        if twice := terms.keys() & named.keys():
            raise BadWords(f"{path.name}: {sorted(twice)} are there twice")
        terms |= named
    return Words(replies, terms)


def _said(where: str, entry: Any) -> Said:
    if isinstance(entry, str):
        return Said(entry.strip())
    try:
        buttons = tuple(Button(b["title"], b["payload"]) for b in entry.get("buttons") or ())
        return Said(entry["text"].strip(), buttons, entry.get("agreed", ""))
    except (KeyError, TypeError, AttributeError) as exc:
        raise BadWords(f"{where}: needs text, and title and payload for each button") from exc
