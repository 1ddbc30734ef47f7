"""From training sentences to the linear model's examples: each sentence, its accentless twin, its noisy copies."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bot.nlu import spelling
from bot.nlu.facts import marks_in
from bot.nlu.features import grams_of, words_of
from bot.nlu.fitting import Example
from bot.nlu.noise import noisy
from bot.nlu.spelling import Spelling
from bot.nlu.workers import over_all
from bot.vietnamese import strip_accents


def training_examples(sentences: Sequence[tuple[str, str]], noisy_copies: int) -> tuple[list[Example], Spelling]:
    """Examples of (text, intent) pairs, and the spelling learnt from them; the same sentences give the same copies."""
    luck = Random(2026)  # noqa: S311  repeatable, not secret
    texts: list[str] = []
    for text, _ in sentences:
        texts += [text, strip_accents(text), *(noisy(text, luck) for _ in range(noisy_copies))]
    each = 2 + noisy_copies
    seen = over_all(_seen, texts)
    spelt = spelling.learn(words for words, _ in seen[::each])
    examples = [
        Example(tuple(grams_of(words, kinds, spelt)), sentences[at // each][1], at // each, at % each > 0)
        for at, (words, kinds) in enumerate(seen)
    ]
    return examples, spelt


def _seen(text: str) -> tuple[list[str], list[str]]:
    """The words of `text`, and the kinds of its facts."""
    marks = marks_in(text)
    return words_of(text, marks), [mark.entity for mark in marks]
