"""Hours are written as people write them."""

from datetime import datetime, time

import pytest

from bot.vietnamese import written_hour


@pytest.mark.parametrize(
    ("at", "written"),
    [(time(7), "7h"), (time(17, 30), "17h30"), (time(0, 5), "0h05"), (datetime(2026, 11, 25, 9, 0, 40), "9h")],  # noqa: DTZ001
)
def test_hours_are_written_short(at, written):
    assert written_hour(at) == written
