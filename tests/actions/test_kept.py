"""Knowledge is asked for once in a while, and an old answer is better than none."""

import pytest

from actions.errors import CareDown
from actions.kept import Kept


class Source:
    """Answers with how often it was asked."""

    def __init__(self) -> None:
        self.asked, self.down = 0, False

    def __call__(self, path: str) -> int:
        if self.down:
            raise CareDown(path)
        self.asked += 1
        return self.asked


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def kept(clock: list[float]) -> Kept:
    return Kept(60, lambda: clock[0])


def test_an_answer_is_kept_for_its_time_only(kept, clock):
    source = Source()
    assert [kept.get("/faq", source), kept.get("/faq", source)] == [1, 1]
    clock[0] = 61
    assert kept.get("/faq", source) == 2
    assert kept.get("/centres", source) == 3


def test_the_last_answer_counts_while_care_is_down(kept, clock):
    source = Source()
    kept.get("/faq", source)
    clock[0], source.down = 61, True
    assert kept.get("/faq", source) == 1
    with pytest.raises(CareDown):
        kept.get("/centres", source)
