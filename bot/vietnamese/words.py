"""Words of a message with the word that was meant: teencode, abbreviations and slips undone, nothing lost."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.vietnamese.glued import cut, is_everyday
from bot.vietnamese.keystrokes import Keystrokes, read_keystrokes
from bot.vietnamese.syllables import is_word
from bot.vietnamese.unicode import align

_WORD = re.compile(r"[^\W_]+|[\U0001f000-\U0001faff\u2600-\u27bf]")
_THREE_ALIKE = re.compile(r"([^\W\d_])\1{2,}")
_DRAWN_OUT = re.compile(r"(?<=[^\W\d_])([aàáảãạăâeèéẻẽẹêiìíỉĩịoòóỏõọôơuùúủũụưyỳýỷỹỵngmh])\1$")
_TWICE = re.compile(r"([^\W\d_])\1")
# Without one of these no key was left unread.
_KEYS = re.compile(r"dd|w|aa|ee|oo|[^\Wbdklqrsvxzfj0-9_][sfrxj](?![aeiouy])|[^\W\d_][1-9]|[aeo][cghmnpt]{1,2}[aeo]")
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
    not_keystrokes: frozenset[str]
    numbered: frozenset[str]
    repairs: dict[tuple[str, str], list[str]]


@dataclass
class _Piece:
    """A word, or one of several written without blanks; `of` is the position of what was typed."""

    of: int
    word: str
    read: Keystrokes | None = None
    doubtful: bool = False  # the keys are also a word of another language


@cache
def _lexicon() -> _Lexicon:
    """The abbreviations and the lists against misreading, read once."""
    raw = json.loads(Path(__file__).with_name("abbreviations.json").read_text("utf-8"))
    words = {short: meant for meant, shorts in raw["words"].items() for short in shorts.split()}
    spelling = json.loads(Path(__file__).with_name("spelling.json").read_text("utf-8"))
    repairs = {pair: meant.split() for pair, meant in _by_pair(spelling["repairs"]).items()}
    return _Lexicon(
        words,
        _by_pair(raw["after"]),
        _by_pair(raw["before"]),
        frozenset(spelling["not_keystrokes"].split()),
        frozenset(spelling["numbered"].split()),
        repairs,
    )


def _by_pair(table: dict[str, str]) -> dict[tuple[str, str], str]:
    """The JSON key "first second" as a pair."""
    pairs = {}
    for key, meant in table.items():
        first, _, second = key.partition(" ")
        pairs[first, second] = meant
    return pairs


def _squeeze(word: str, lexicon: _Lexicon) -> str:
    """Drawn-out letters back to one: lắmmm -> lắm, rồii -> rồi, mấtt -> mất."""
    word = _THREE_ALIKE.sub(r"\1", word)
    word = _DRAWN_OUT.sub(r"\1", word) if len(word) > 2 else word
    if word.isascii() or word in lexicon.words or not _TWICE.search(word):
        return word
    once = _TWICE.sub(r"\1", word)
    return once if is_word(once) and not is_word(word) else word


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


def _pieces(surfaces: Sequence[str], lexicon: _Lexicon) -> list[_Piece]:
    """The words typed: unread keys read back where the message shows that it was typed so, glued words cut apart."""
    pieces = []
    for at, surface in enumerate(surfaces):
        word = _squeeze(surface, lexicon)
        read = _keys(surface, lexicon) or (_keys(word, lexicon) if word != surface else None)
        pieces.append(
            _Piece(at, word, read, read is not None and not lexicon.not_keystrokes.isdisjoint({surface, word}))
        )
    read_back = [piece.read for piece in pieces if piece.read and not piece.doubtful]
    if len(read_back) > 1 or any(read.sure for read in read_back):
        _read_back(pieces, lexicon)
    found: list[_Piece] = []
    for piece in pieces:
        parts = (piece.word,) if len(piece.word) < 5 or piece.word in lexicon.words else cut(piece.word)
        if len(parts) == 1:
            found.append(piece)
        else:
            found.extend(_Piece(piece.of, part) for part in parts)
    return found


def _keys(word: str, lexicon: _Lexicon) -> Keystrokes | None:
    """What the keys of a word spell, unless it is known as another word or is a number behind its own ("hem6")."""
    if not _KEYS.search(word) or word in lexicon.words:
        return None
    numbered = word.rstrip("0123456789")
    if numbered != word and (numbered in lexicon.numbered or _NUMBERED.fullmatch(word)):
        return None
    return read_keystrokes(word)


def _read_back(pieces: Sequence[_Piece], lexicon: _Lexicon) -> None:
    for piece in pieces:
        if piece.read and (not piece.doubtful or is_everyday(piece.read.word)):
            piece.word = lexicon.words.get(piece.read.word, piece.read.word)
    for one, other in pairwise(pieces):
        if (one.read or other.read) and (meant := lexicon.repairs.get((one.word, other.word))):
            one.word, other.word = meant


def normalize(text: str) -> Normalized:
    """The words of `text` with their normal forms; `normalize(n.joined).joined == n.joined`."""
    aligned = align(text)
    lexicon = _lexicon()
    matches = list(_WORD.finditer(aligned.marked))
    pieces = _pieces([match.group() for match in matches], lexicon)
    meanings: list[list[str]] = [[] for _ in matches]
    previous = ""
    for position, piece in enumerate(pieces):
        following = pieces[position + 1].word if position + 1 < len(pieces) else ""
        meant = _meaning(piece.word, previous, following, lexicon)
        meanings[piece.of].append(meant)
        previous = meant.rpartition(" ")[2]
    words = []
    for match, meant_words in zip(matches, meanings, strict=True):
        start, end = aligned.typed_range(match.start(), match.end())
        words.append(Word(start, end, text[start:end], " ".join(meant_words)))
    return Normalized(text, tuple(words))
