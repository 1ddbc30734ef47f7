"""Words of a message with the word that was meant: teencode and abbreviations expanded, nothing lost."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.vietnamese.unicode import align

_WORD = re.compile(r"[^\W_]+|[\U0001f000-\U0001faff\u2600-\u27bf]")
_THREE_ALIKE = re.compile(r"([^\W\d_])\1{2,}")
_DRAWN_OUT = re.compile(r"(?<=[^\W\d_])([aàáảãạăâeèéẻẽẹêiìíỉĩịoòóỏõọôơuùúủũụưyỳýỷỹỵngmh])\1$")
_NUMBERED = re.compile(r"(p|f|q|t)([0-9]{1,2})")
_NUMBERED_WORDS = {"p": "phường", "f": "phường", "q": "quận"}
_WEEKDAYS = {"2": "hai", "3": "ba", "4": "tư", "5": "năm", "6": "sáu", "7": "bảy"}
_MONEY_BEFORE_MONTH = frozenset({"tiền", "kỳ", "tháng", "điện", "đơn"})


@dataclass(frozen=True)
class Word:
    """One word: `typed[start:end] == surface`; `normal` is what it stands for, maybe several words."""

    start: int
    end: int
    surface: str
    normal: str


@dataclass(frozen=True)
class Normalized:
    """A message as typed and its words. Punctuation is dropped; emoji count as words."""

    text: str
    words: tuple[Word, ...]

    @property
    def joined(self) -> str:
        """The normal words, one blank between."""
        return " ".join(word.normal for word in self.words)


@dataclass(frozen=True)
class _Lexicon:
    words: dict[str, str]
    after: dict[tuple[str, str], str]
    before: dict[tuple[str, str], str]


@cache
def _lexicon() -> _Lexicon:
    """The abbreviations, read once: plain ones, and those that a neighbour decides."""
    raw = json.loads(Path(__file__).with_name("abbreviations.json").read_text("utf-8"))
    words = {short: meant for meant, shorts in raw["words"].items() for short in shorts.split()}
    return _Lexicon(words, _by_pair(raw["after"]), _by_pair(raw["before"]))


def _by_pair(table: dict[str, str]) -> dict[tuple[str, str], str]:
    """The JSON key "first second" as a pair."""
    pairs = {}
    for key, meant in table.items():
        first, _, second = key.partition(" ")
        pairs[first, second] = meant
    return pairs


def _squeeze(word: str) -> str:
    """Drawn-out letters back to one: lắmmm -> lắm, rồii -> rồi."""
    word = _THREE_ALIKE.sub(r"\1", word)
    return _DRAWN_OUT.sub(r"\1", word) if len(word) > 2 else word


def _meaning(word: str, previous: str, following: str, lexicon: _Lexicon) -> str:
    before = lexicon.after.get(("#" if previous.isdigit() else previous, word))
    if meant := before or lexicon.before.get((word, "#" if following.isdigit() else following)):
        return meant
    if word in lexicon.words:
        return lexicon.words[word]
    if numbered := _NUMBERED.fullmatch(word):
        letter, number = numbered.groups()
        if letter in _NUMBERED_WORDS:
            return f"{_NUMBERED_WORDS[letter]} {number}"
        if number in _WEEKDAYS and previous not in _MONEY_BEFORE_MONTH:
            return f"thứ {_WEEKDAYS[number]}"
        return f"tháng {number}"
    return word


def normalize(text: str) -> Normalized:
    """The words of `text` with their normal forms; `normalize(n.joined).joined == n.joined`."""
    aligned = align(text)
    lexicon = _lexicon()
    found = [(match, _squeeze(match.group())) for match in _WORD.finditer(aligned.marked)]
    words = []
    previous = ""
    for position, (match, surface) in enumerate(found):
        following = found[position + 1][1] if position + 1 < len(found) else ""
        normal = _meaning(surface, previous, following, lexicon)
        start, end = aligned.typed_range(match.start(), match.end())
        words.append(Word(start, end, text[start:end], normal))
        previous = normal.rpartition(" ")[2]
    return Normalized(text, tuple(words))
