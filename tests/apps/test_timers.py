"""Timers: due by the clock, once at a time."""

from apps.timers import Timer


def test_due_at_once_and_then_after_its_time():
    done = []
    timer = Timer(lambda: done.append(1), every_s=3600)
    assert timer.next_in_s() == 0
    timer.work_once()
    timer.work_once()
    assert len(done) == 1
    assert 3590 < timer.next_in_s() <= 3600
