"""Requests that come together are stored by one commit, each hears of its own messages, and too many are refused."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from conversations import (
    Content,
    Database,
    DatabaseAway,
    Inbound,
    Intake,
    Saturated,
    Taken,
    messages_after,
    open_intake,
)
from tests.conversations.conftest import START


def inbound(who: str, text: str) -> Inbound:
    return Inbound("zalo", "oa", who, f"{who}-{text}", Content(text=text), START)


class Disk:
    """Stores when the test lets it; "poison" is refused by itself, but spoils a whole batch."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.began = threading.Semaphore(0)
        self.batches: list[list[str]] = []

    def store(self, inbounds: Sequence[Inbound], _left_s: float) -> list[Taken]:
        self.began.release()
        assert self.open.wait(30)
        texts = [str(each.content.text) for each in inbounds]
        if "poison" in texts:
            raise ValueError("poison")
        if "away" in texts:
            raise DatabaseAway("away")
        self.batches.append(texts)
        return [Taken(int(text), 0, new=True) for text in texts]


@pytest.fixture
def disk() -> Disk:
    return Disk()


def gathered(disk: Disk, way_in: Intake, texts: Sequence[str]) -> list[object]:
    """The first is being written while all the others arrive; what each request heard, in their order."""
    with ThreadPoolExecutor(len(texts) + 1) as requests:
        first = requests.submit(way_in.take, [inbound("an", "0")])
        assert disk.began.acquire(timeout=30)
        others = []
        for count, text in enumerate(texts, 1):
            others.append(requests.submit(way_in.take, [inbound("an", text)]))
            while way_in.waiting < count:  # its thread has come as far as the queue
                pass
        disk.open.set()
        first.result()
        return [each.exception() or each.result()[0].message_id for each in others]


def test_what_comes_while_another_is_written_is_one_batch(disk):
    heard = gathered(disk, Intake(disk.store, lanes=1), ["1", "2", "3", "4"])
    assert heard == [1, 2, 3, 4]
    assert disk.batches == [["0"], ["1", "2", "3", "4"]]


def test_poison_spoils_only_its_own_request(disk):
    heard = gathered(disk, Intake(disk.store, lanes=1), ["1", "poison", "3"])
    assert heard[::2] == [1, 3]
    assert isinstance(heard[1], ValueError)


def test_a_database_that_is_away_is_told_to_all_who_wait(disk):
    heard = gathered(disk, Intake(disk.store, lanes=1), ["1", "away"])
    assert [type(each) for each in heard] == [DatabaseAway, DatabaseAway]


def test_more_than_may_wait_are_refused_at_once(disk):
    way_in = Intake(disk.store, lanes=1, waiting=2)
    with ThreadPoolExecutor(3) as requests:
        first = requests.submit(way_in.take, [inbound("an", "0")])
        assert disk.began.acquire(timeout=30)
        waiting = [requests.submit(way_in.take, [inbound("an", str(n))]) for n in (1, 2)]
        while way_in.waiting < 2:
            pass
        with pytest.raises(Saturated):
            way_in.take([inbound("an", "3")])
        disk.open.set()
        assert [each.result()[0].message_id for each in (first, *waiting)] == [0, 1, 2]


def test_a_storm_of_requests_is_stored_once_each_and_greeted_once(db: Database):
    way_in = open_intake(db)
    told = [(f"u{n % 7}", str(n)) for n in range(150)] * 2
    with ThreadPoolExecutor(16) as requests:
        taken = list(requests.map(lambda one: way_in.take([inbound(*one)])[0], told))
    assert len({each.message_id for each in taken}) == 150
    assert sum(each.new for each in taken) == 150
    assert len({each.conversation_id for each in taken}) == 7
    for conversation in {each.conversation_id for each in taken}:
        said = messages_after(db, conversation, 0)
        assert [one.author for one in said].count("bot") == 1
        assert [one.id for one in said] == sorted(one.id for one in said)


def test_the_counts_of_what_waits_are_right_after_a_storm(db: Database, drain, engine):
    way_in = open_intake(db)
    told = [("an", f"câu {n}") for n in range(40)] * 2
    with ThreadPoolExecutor(8) as requests:
        list(requests.map(lambda one: way_in.take([inbound(*one)]), told))
    drain()
    assert sorted(engine.texts) == sorted(f"câu {n}" for n in range(40))
    assert drain() == 0
