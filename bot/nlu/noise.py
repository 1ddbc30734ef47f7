"""Copies of training sentences as hurried people type them: no accents, chat shorthand, wrong keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from ruamel.yaml import YAML

from bot.vietnamese import strip_accents

_TABLE = Path(__file__).with_name("noise.yml")


@dataclass(frozen=True)
class Noise:
    """The ways to shorten words (all of them in one pattern) and each key's neighbours."""

    shortened: dict[str, tuple[str, ...]]
    pattern: re.Pattern[str]
    neighbours: dict[str, str]


@cache
def load() -> Noise:
    """The table of noise.yml."""
    raw = YAML(typ="safe").load(_TABLE)
    shortened = {word: tuple(forms) for word, forms in raw["shortened"].items()}
    words = "|".join(sorted(map(re.escape, shortened), key=len, reverse=True))
    return Noise(shortened, re.compile(rf"\b(?:{words})\b", re.IGNORECASE), raw["neighbours"])


def noisy(text: str, luck: Random) -> str:
    """`text` with about half of the known words shortened and one slip of the finger in three sentences of four."""
    noise = load()
    text = shorthand(text, luck, 0.5)
    if luck.random() < 0.5:
        text = strip_accents(text)
    return slip(text, luck, noise.neighbours) if luck.random() < 0.75 else text


def shorthand(text: str, luck: Random, share: float) -> str:
    """`text` with that share of the known words shortened as in chat."""
    noise = load()

    def shorten(found: re.Match[str]) -> str:
        return luck.choice(noise.shortened[found[0].lower()]) if luck.random() < share else found[0]

    return noise.pattern.sub(shorten, text)


def slip(text: str, luck: Random, neighbours: dict[str, str]) -> str:
    """One letter doubled, dropped, swapped with the next one, or hit beside; digits stay as they are."""
    letters = [place for place, letter in enumerate(text) if letter.isalpha()]
    if len(letters) < 4:
        return text
    place = luck.choice(letters[1:-1])
    before, letter, rest = text[:place], text[place], text[place + 1 :]
    kind = luck.randrange(4)
    if kind == 0:
        return before + letter * 2 + rest
    if kind == 1:
        return before + rest
    if kind == 2:
        return before + rest[0] + letter + rest[1:]
    return before + luck.choice(neighbours.get(letter.lower(), letter)) + rest
