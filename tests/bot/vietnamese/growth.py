"""How much longer a longer text takes to read: growth tells a quadratic reading on any machine, seconds do not."""

import gc
import time
from collections.abc import Callable

QUADRATIC_FROM = 9  # four times the letters: four times as long if it is linear, sixteen if it is quadratic


def growth(read: Callable[[str], object], short: str, long: str) -> float:
    """The least of up to five tries: a busy machine spoils a try, a quadratic reading is one in each of them."""
    growths: list[float] = []
    while not growths or (min(growths) > QUADRATIC_FROM and len(growths) < 5):
        first, second = (_processor_s(read, text) for text in (short, long))
        growths.append(second / first)
    return min(growths)


def _processor_s(read: Callable[[str], object], text: str) -> float:
    gc.disable()  # it would go through everything that the tests before have left behind
    try:
        started = time.process_time()
        read(text)
        return time.process_time() - started
    finally:
        gc.enable()
