"""The circuit breaker: opens after failures in a row, lets one call through after a pause."""

from __future__ import annotations

from care.billing.breaker import Breaker


def opened(at: float = 0.0) -> Breaker:
    breaker = Breaker(failures=3, pause_s=10)
    for _ in range(3):
        assert breaker.admits(at)
        breaker.failed(at)
    return breaker


def test_opens_after_so_many_failures_in_a_row():
    breaker = Breaker(failures=3, pause_s=10)
    for _ in range(2):
        breaker.failed(0)
    assert breaker.admits(0)
    assert breaker.wait_s(0) == 0
    breaker.failed(0)
    assert not breaker.admits(0)
    assert breaker.wait_s(4) == 6


def test_a_success_between_starts_the_count_anew():
    breaker = Breaker(failures=3, pause_s=10)
    for _ in range(10):
        breaker.failed(0)
        breaker.failed(0)
        breaker.succeeded()
    assert breaker.admits(0)


def test_after_the_pause_one_call_is_let_through_at_a_time():
    breaker = opened()
    assert not breaker.admits(9.9)
    assert breaker.admits(10)
    assert not breaker.admits(10)


def test_the_let_through_call_closes_it_or_opens_it_for_another_pause():
    breaker = opened()
    assert breaker.admits(10)
    breaker.failed(11)
    assert not breaker.admits(20.9)
    assert breaker.admits(21)
    breaker.succeeded()
    assert all(breaker.admits(21) for _ in range(5))


def test_a_let_through_call_that_is_lost_costs_one_pause():
    breaker = opened()
    assert breaker.admits(10)
    assert not breaker.admits(19)
    assert breaker.admits(20)
