"""From training sentences to the linear model's examples: each sentence, its accentless twin, its noisy copies."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random

from bot.nlu.facts import marks_in
from bot.nlu.features import ngrams
from bot.nlu.fitting import Example
from bot.nlu.noise import noisy
from bot.vietnamese import strip_accents

CHUNK = 500
FEWEST_FOR_POOL = 2_000  # under this many texts a process pool costs more than it saves


def training_examples(sentences: Sequence[tuple[str, str]], noisy_copies: int) -> list[Example]:
    """Examples of (text, intent) pairs; the same sentences give the same copies."""
    luck = Random(2026)  # noqa: S311  repeatable, not secret
    texts: list[str] = []
    for text, _ in sentences:
        texts += [text, strip_accents(text), *(noisy(text, luck) for _ in range(noisy_copies))]
    each = 2 + noisy_copies
    return [
        Example(grams, sentences[at // each][1], at // each, at % each > 0)
        for at, grams in enumerate(_all_grams(texts))
    ]


def _all_grams(texts: Sequence[str]) -> list[tuple[str, ...]]:
    if len(texts) < FEWEST_FOR_POOL:
        return [_grams(text) for text in texts]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_grams, texts, chunksize=CHUNK))


def _grams(text: str) -> tuple[str, ...]:
    return tuple(ngrams(text, marks_in(text)))
