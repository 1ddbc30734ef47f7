"""Names of services in a message, from a data file: the longest phrase that a work word begins."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from ruamel.yaml import YAML

from bot.nlu.features import read
from bot.vietnamese import fold, nfc

_TABLE = Path(__file__).with_name("services.yml")
_WORD = re.compile(r"[^ ]+")
_MOST_BETWEEN = 2
_MOST_KINDS = 3  # "điện mới 3 pha sau công tơ"


@dataclass(frozen=True)
class _Names:
    """`pattern` has a group for each kind of phrase; `firsts` are the words that can begin one."""

    pattern: re.Pattern[str]
    firsts: frozenset[str]
    asked_by: frozenset[str]


@cache
def _names() -> _Names:
    raw = YAML(typ="safe").load(_TABLE)
    kinds, between = _any(raw["kinds"]), _any(raw["between"])
    phrases, begin = [_any(raw["alone"])], list(raw["alone"])
    for work in raw["works"]:
        gap = f" (?:{between} ){{0,{_MOST_BETWEEN}}}?" if work.get("between", True) else " "
        things = [word for name in work["things"] for word in raw["things"].get(name, [name])]
        phrases.append(_any(work["verbs"]) + gap + _any(things))
        begin += work["verbs"]
    # Of all that begins at one place the longest counts, so each kind of phrase is looked for by itself.
    tail = f"(?: {kinds}){{0,{_MOST_KINDS}}}(?![^ ])"
    pattern = re.compile("".join(f"(?=({phrase}{tail})?)" for phrase in phrases))
    firsts = {nfc(phrase).lower().split()[0] for phrase in begin}
    return _Names(pattern, frozenset(firsts | {fold(word) for word in firsts}), frozenset(raw["asked_by"]))


def asked_by() -> frozenset[str]:
    """The wishes that do not say themselves which service is meant."""
    return _names().asked_by


def find_services(text: str) -> list[tuple[int, int]]:
    """(first word, word after the last) of each service named in `text`, counted in `read(text).words`."""
    words = [word.normal for word in read(text).words]
    joined = " ".join(words)
    starts = list(accumulate((len(word) + 1 for word in words), initial=0))
    names = _names()
    found: list[tuple[int, int]] = []
    taken = 0
    for match in _WORD.finditer(joined):
        if match.start() < taken or match.group() not in names.firsts:
            continue
        phrases = names.pattern.match(joined, match.start())
        longest = max((len(phrase) for phrase in phrases.groups() if phrase), default=0) if phrases else 0
        if longest:
            taken = match.start() + longest
            found.append((bisect_right(starts, match.start()) - 1, bisect_right(starts, taken - 1)))
    return found


def _any(phrases: Iterable[str]) -> str:
    """A pattern of the phrases, the longest first; each word counts with its accents or with none."""
    longest = sorted({nfc(str(phrase)).lower() for phrase in phrases}, key=len, reverse=True)
    return "(?:" + "|".join(" ".join(_word(word) for word in phrase.split()) for phrase in longest) + ")"


def _word(word: str) -> str:
    bare = fold(word)
    return re.escape(word) if bare == word else f"(?:{re.escape(word)}|{re.escape(bare)})"
