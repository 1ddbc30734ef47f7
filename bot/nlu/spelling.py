"""Slips of the finger undone: a word that nobody writes becomes the nearest word that fits between its neighbours."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import log

from bot.nlu.noise import load as noise
from bot.vietnamese import strip_accents

AT_LEAST = 3  # what fewer sentences hold may be a slip itself
SHORTEST = 2
RARE = 50  # a blank may have slipped behind the first letter of the next word when what stands before it is so rare
MOST_KEPT = 20_000
_LETTERS = re.compile(r"[^\W\d_]+")


class Spelling:
    """The words people write and which stand side by side; each strange word is looked up once and remembered."""

    def __init__(self, counts: Mapping[str, int], pairs: Mapping[str, int]) -> None:
        """`counts` of words in lower case, with accents and without; `pairs` of two with a blank between."""
        self.counts = dict(counts)
        self.pairs = dict(pairs)
        self._without: dict[str, list[str]] = defaultdict(list)
        for word in self.counts:
            for shorter in {word[:at] + word[at + 1 :] for at in range(len(word))}:
                self._without[shorter].append(word)
        self._meant: dict[str, str] = defaultdict(str)
        for meant, hit in noise().neighbours.items():
            for letter in hit:
                self._meant[letter] += meant
        self._kept: dict[str, tuple[str, ...]] = {}

    def repair(self, words: Sequence[str]) -> list[str]:
        """`words` with each slip put right."""
        if not self.counts or all(word in self.counts for word in words):
            return list(words)
        right: list[str] = []
        for at, word in enumerate(words):
            following = words[at + 1] if at + 1 < len(words) else ""
            if right and self._belongs_before(word, right[-1]):
                right[-1] += word[0]
                word = word[1:]
            if word in self.counts or len(word) < SHORTEST or self._belongs_before(following, word):
                right.append(word)
            else:
                right.append(self._likeliest(word, right[-1] if right else "", following))
        return right

    def _belongs_before(self, word: str, before: str) -> bool:
        """Whether the first letter of `word` ends the word before it: "tiề nđiện"."""
        if word in self.counts or word[1:] not in self.counts or before + word[0] not in self.counts:
            return False
        return len(before) <= 2 or self.counts.get(before, 0) < RARE

    def _likeliest(self, word: str, before: str, following: str) -> str:
        def fits(meant: str) -> tuple[float, str]:
            beside = self.pairs.get(f"{before} {meant}", 0), self.pairs.get(f"{meant} {following}", 0)
            return log(self.counts[meant]) + 2 * sum(log(1 + times) for times in beside), meant

        return max(self._candidates(word), key=fits, default=word)

    def _candidates(self, word: str) -> tuple[str, ...]:
        if word not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[word] = tuple(set(self._one_slip_away(word))) if _LETTERS.fullmatch(word) else ()
        return self._kept[word]

    def _one_slip_away(self, word: str) -> Iterator[str]:
        """Known words of which one letter was dropped, doubled, swapped with the next, or missed by a key."""
        yield from self._without.get(word, ())
        for at, letter in enumerate(word):
            before, after = word[:at], word[at + 1 :]
            forms = [before + meant + after for meant in self._meant.get(letter, "")]
            if after[:1] == letter:
                forms.append(before + after)
            elif after:
                forms.append(before + after[0] + letter + after[1:])
            yield from (form for form in forms if form in self.counts)


NO_SPELLING = Spelling({}, {})


def learn(sentences: Iterable[Sequence[str]]) -> Spelling:
    """The words and pairs that `AT_LEAST` of the sentences (as words) hold, and the same without accents."""
    counts: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for words in sentences:
        plain = [strip_accents(word) for word in words]
        counts.update({*words, *plain})
        pairs.update({f"{one} {other}" for said in (words, plain) for one, other in pairwise(said)})
    return Spelling(
        {word: times for word, times in counts.items() if times >= AT_LEAST and _LETTERS.fullmatch(word)},
        {pair: times for pair, times in pairs.items() if times >= AT_LEAST},
    )
