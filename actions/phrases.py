"""Short answers in the customer's own words, looked up in `data/lookup/answers.yml`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from bot.vietnamese import fold, nfc, strip_accents

FILE = Path(__file__).resolve().parents[1] / "data" / "lookup" / "answers.yml"
SHORT_ANSWER_WORDS = 4
BETWEEN = re.compile(r"[,.;!?…]+|\b(?:ma|hay|hoac|nhung|roi lai|a)\b(?=\s|$)")
WRONG = ("sai", "nham", "khong dung", "chua dung")
POLITE = frozenset(
    {"da", "a", "em", "oi", "nhe", "nha", "ban", "anh", "chi", "luon", "giup", "minh", "do", "ad", "shop"}
)


@cache
def phrases(path: Path = FILE) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Question → answer → phrases, the longest first."""
    content = yaml.safe_load(path.read_text("utf-8"))["answers"]
    return {
        question: {answer: tuple(sorted(said, key=len, reverse=True)) for answer, said in answers.items()}
        for question, answers in content.items()
    }


def choose(question: str, text: str, path: Path = FILE) -> str | None:
    """The answer whose phrase occurs in the text; the longest phrase wins, so `không bị nhảy` beats `bị nhảy`."""
    folded = _bordered(fold(text))
    found = [
        (len(said), answer)
        for answer, all_said in phrases(path)[question].items()
        for said in all_said
        if _bordered(fold(said)) in folded
    ]
    return max(found)[1] if found else None


def says(question: str, answer: str, text: str, path: Path = FILE) -> bool:
    """Whether the text holds a phrase of this one answer, whatever else it holds."""
    folded = _bordered(fold(text))
    return any(_bordered(fold(said)) in folded for said in phrases(path)[question][answer])


def yes_or_no(text: str) -> bool | None:
    """What a short answer means; None for anything longer or else."""
    said = list(fold(text).replace(",", " ").replace(".", " ").replace("!", " ").split())
    bare = " ".join(word for word in said if word not in POLITE)
    for answer, all_said in phrases()["yes"].items():
        if {" ".join(said), bare} & {fold(one) for one in all_said}:
            return answer == "yes"
    # "dạ" alone is polite filler and a yes at once.
    return True if said and not bare and "da" in said else None


def contradicts(text: str) -> bool:
    """Yes and no in one answer and nothing else: "có, à không", "ừ không"."""
    if choose("both", text) and len(text.split()) <= SHORT_ANSWER_WORDS:
        return True
    # "dạ, không" is a plain no.
    parts = [part for part in BETWEEN.split(fold(text)) if set(part.split()) - POLITE]
    said = [yes_or_no(part) for part in parts]
    return len(parts) <= SHORT_ANSWER_WORDS and None not in said and len(set(said)) == 2


def says_wrong(text: str) -> bool:
    """Whether something is said to be wrong, rather than only no."""
    return any(f" {word} " in _bordered(fold(text)) for word in WRONG)


def holds_only(question: str, text: str) -> bool:
    """Whether the text is made of the words listed for the question."""
    listed = {word for said in phrases()[question]["words"] for word in fold(said).split()}
    return set(_bordered(fold(text)).split()) <= listed


def choose_exactly(question: str, text: str) -> str | None:
    """As `choose`, but typed accents must be right (giặt is not giật, chạy is not cháy); the first answer wins."""
    typed = " ".join(nfc(text).lower().split())
    plain = strip_accents(typed)
    for harmless in phrases()[question].get(
        "harmless", ()
    ):  # "đồng hồ điện" holds "hở điện" when typed without accents
        blank = " " * len(harmless)
        typed = typed.replace(harmless, blank).replace(strip_accents(harmless), blank)
        plain = plain.replace(strip_accents(harmless), blank)
    for answer, all_said in phrases()[question].items():
        if answer != "harmless" and any(_stands(said, typed, plain) for said in all_said):
            return answer
    return None


def _stands(said: str, typed: str, plain: str) -> bool:
    wanted, start = strip_accents(said), 0
    while (at := plain.find(wanted, start)) >= 0:
        end, start = at + len(wanted), at + 1
        whole = not plain[max(at - 1, 0) : at].isalnum() and not plain[end : end + 1].isalnum()
        if whole and typed[at:end] in (wanted, said):
            return True
    return False


def _bordered(folded: str) -> str:
    kept = "".join(char if char.isalnum() else " " for char in folded)
    return f" {' '.join(kept.split())} "
