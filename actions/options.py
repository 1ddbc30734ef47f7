"""Reads which option of a catalogue choice the customer means: by its label, by other words for it, or by its number."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from bot.vietnamese import fold, nfc, strip_accents

FILE = Path(__file__).resolve().parents[1] / "data" / "lookup" / "options.yml"
# Nobody says these of something else; unasked they would be heard in every second sentence.
ONLY_WHEN_ASKED = frozenset({"other", "unsure", "unknown"})
# "từ 1 pha lên 3 pha", "đổi sang sinh hoạt": what is wished stands behind the word.
TOWARDS = re.compile(r"(?<!\w)(?:sang|qua|thanh|len)(?!\w)")
DENIED = re.compile(r"(?:khong phai|ko phai|k phai|khong can|chu khong|khong|ngoai)(?: \w+){0,1} $")
BY_NUMBER = re.compile(r"(?:so|cai|cau|muc|thu|cai thu|so thu tu)? ?(\d)(?: a| nhe| nha)?")


def _numbered(digit: str, labels: Mapping[str, str]) -> str | None:
    """`3` means "3 pha" where a label begins with a number, else the third option."""
    if any(label[:1].isdigit() for label in labels.values()):
        return next((value for value, label in labels.items() if label.split()[0] == digit), None)
    return list(labels)[int(digit) - 1] if 0 < int(digit) <= len(labels) else None


@cache
def synonyms(path: Path = FILE) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Field → option → other words for it."""
    content = yaml.safe_load(path.read_text("utf-8"))["options"]
    return {name: {str(v): tuple(said) for v, said in options.items()} for name, options in content.items()}


def option_in(text: str, name: str, labels: Mapping[str, str], *, asked: bool) -> str | None:
    """The one option the text names; None when it names none, or several and no word tells which is wished."""
    if asked and (number := BY_NUMBER.fullmatch(fold(text).strip(" .,!"))):
        by_word = list(_said(text, name, labels, asked=asked))
        if not by_word:
            return _numbered(number[1], labels)
    typed = _plain(text)
    said = [one for one in _said(text, name, labels, asked=asked) if not DENIED.search(strip_accents(typed[: one[0]]))]
    if turn := list(TOWARDS.finditer(strip_accents(typed))):
        said = [one for one in said if one[0] >= turn[-1].end()] or said
    named = {value for _, value in said}
    return named.pop() if len(named) == 1 else None


def _said(text: str, name: str, labels: Mapping[str, str], *, asked: bool) -> Iterator[tuple[int, str]]:
    """Where each option is named; a longer name covers the shorter ones inside it."""
    typed = _plain(text)
    words = [
        (phrase, value)
        for value, label in labels.items()
        if asked or value not in ONLY_WHEN_ASKED
        for phrase in {_plain(label).strip(), *map(_bare, synonyms().get(name, {}).get(value, ()))}
    ]
    taken: set[int] = set()
    for phrase, value in sorted(words, key=lambda one: len(one[0]), reverse=True):
        for start in places_of(phrase, typed):
            span = set(range(start, start + len(phrase)))
            if not span & taken:
                taken |= span
                yield start, value


def named_in(phrase: str, text: str) -> bool:
    """Whether the text names the phrase, whole words and with the accents that were typed."""
    return next(places_of(_bare(phrase), _plain(text)), None) is not None


def places_of(phrase: str, typed: str) -> Iterator[int]:
    """Where `phrase` stands in `typed` on word borders; accents count only where they were typed."""
    plain, wanted, start = strip_accents(typed), strip_accents(phrase), 0
    while wanted and (at := plain.find(wanted, start)) >= 0:
        end, start = at + len(wanted), at + 1
        whole = not plain[at - 1 : at].isalnum() and not plain[end : end + 1].isalnum()
        if whole and _spelt(typed[at:end], phrase):
            yield at


def _spelt(typed: str, meant: str) -> bool:
    pairs = zip(typed.split(" "), meant.split(" "), strict=False)
    return all(one in (other, strip_accents(other)) for one, other in pairs)


def _bare(phrase: str) -> str:
    return _plain(phrase).strip()


def _plain(text: str) -> str:
    """Small letters and digits, one blank between words and one at each end."""
    kept = "".join(char if char.isalnum() else " " for char in nfc(text).lower())
    return f" {' '.join(kept.split())} "
