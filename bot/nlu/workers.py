"""The same work on many texts, spread over the processors."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

CHUNK = 500
FEWEST_FOR_POOL = 2_000  # under this many texts a process pool costs more than it saves

Result = TypeVar("Result")


def over_all(work: Callable[[str], Result], texts: Sequence[str]) -> list[Result]:
    """`work` done on each text, in order; a function of a module, because other processes look it up by name."""
    if len(texts) < FEWEST_FOR_POOL:
        return [work(text) for text in texts]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        return list(pool.map(work, texts, chunksize=CHUNK))
