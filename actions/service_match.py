"""Which catalogue service a text names, by its name, its button's title and aliases, with accents or without."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from actions.free_words import FILE
from actions.phrases import phrases
from actions.service_words import title
from actions.services import Service
from actions.words import words
from bot.vietnamese import fold, nfc, strip_accents

# A service is meant from CLEAR on when the next best stays below RIVAL of it; from LIKELY on it is worth offering.
CLEAR, RIVAL, LIKELY = 0.62, 0.9, 0.4
WISHED = 0.35
# Words that many services share tell little: so much weight must have been heard for a phrase to count nearly in full.
ENOUGH = 2.5


def ranked(text: str, services: Sequence[Service], wishes: Iterable[tuple[str, float]] = ()) -> list[tuple[str, float]]:
    """(service id, score) of all that are likely, best first; a wish heard beside the question lifts its services."""
    said = _tokens(text)
    called = [(title(words(), one), one.name, *one.aliases) for one in services]
    weights = _weights(tuple(called))
    heard = dict(wishes)
    scored = []
    for one, phrases_of_it in zip(services, called, strict=True):
        best = max(_score(phrase, said, weights) for phrase in phrases_of_it)
        lift = max((heard.get(wish, 0.0) for wish in one.wishes), default=0.0) * WISHED
        scored.append((one.id, best + lift))
    likely = [pair for pair in scored if pair[1] >= LIKELY]
    return sorted(likely, key=lambda pair: pair[1], reverse=True)


def clear(found: Sequence[tuple[str, float]]) -> str | None:
    """The one service meant; None when none or several may be."""
    if len(found) == 1:
        return found[0][0]
    return found[0][0] if found and found[0][1] >= CLEAR and found[1][1] < found[0][1] * RIVAL else None


def _score(phrase: str, said: Sequence[str], weights: Counter[str]) -> float:
    """The weighted share of the phrase's words that were said, a little more when they stood side by side."""
    wanted = _tokens(phrase)
    if not wanted:
        return 0.0
    total = sum(_weight(word, weights) for word in wanted)
    hits = [next((at for at, typed in enumerate(said) if _same(typed, word)), None) for word in wanted]
    heard = sum(_weight(word, weights) for word, hit in zip(wanted, hits, strict=True) if hit is not None)
    together = sum(
        1
        for left, right in itertools.pairwise(wanted)
        if any(_same(a, left) and _same(b, right) for a, b in itertools.pairwise(said))
    )
    share = heard / total * (0.8 + 0.2 * (together / (len(wanted) - 1) if len(wanted) > 1 else 0))
    return share * (1 - math.exp(-heard / ENOUGH))


def _same(typed: str, meant: str) -> bool:
    return typed in (meant, strip_accents(meant))


def _weight(word: str, weights: Counter[str]) -> float:
    return math.log(1 + 50 / (1 + weights[fold(word)]))


@lru_cache(maxsize=4)
def _weights(services: tuple[tuple[str, ...], ...]) -> Counter[str]:
    """In how many services each word stands."""
    return Counter(word for names in services for word in {fold(word) for phrase in names for word in _tokens(phrase)})


def _tokens(text: str) -> list[str]:
    """Words in small letters, customers' other words for the same thing made one, little words left out."""
    kept = "".join(char if char.isalnum() else " " for char in nfc(text).lower())
    spaced = f" {' '.join(kept.split())} "
    for word, others in phrases(FILE)["same_thing"].items():
        for other in others:
            for form in {other, strip_accents(other)}:
                spaced = spaced.replace(f" {form} ", f" {word} ")
    little = set(phrases(FILE)["little"]["words"])
    return [word for word in spaced.split() if word not in little and strip_accents(word) not in little]
