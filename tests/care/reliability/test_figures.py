"""SAIDI, SAIFI, CAIDI on an example worked by hand, and the month's figures from the tables."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from care.due import UTC
from care.reliability.indices import Dark, indices
from tests.care.conftest import Api, Clock
from tests.care.incidents.conftest import callers, network  # noqa: F401  the network's fixtures

FIRST, END = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


def test_worked_by_hand():
    """1,000 served. A (200 customers) 60 min, B (300) 30 min, A again 20 min, C (100) 5 min: momentary.

    Customer-minutes 200·60 + 300·30 + 200·20 = 25,000; interruptions 200 + 300 + 200 = 700.
    SAIDI 25 min, SAIFI 0.7, CAIDI 25 / 0.7 = 35.714 min.
    """
    darks = [
        Dark("A", at(3, 8), at(3, 9)),
        Dark("B", at(4, 8), at(4, 8, 30)),
        Dark("A", at(9, 8), at(9, 8, 20)),
        Dark("C", at(9, 8), at(9, 8, 5)),
    ]
    found = indices(darks, {"A": 200, "B": 300, "C": 100}, 1_000, FIRST, END, END)
    assert (found.saidi, found.saifi) == (25.0, 0.7)
    assert found.caidi == pytest.approx(35.714, abs=0.001)


def test_over_the_months_end_minutes_are_split_and_the_interruption_counts_once():
    dark = [Dark("A", datetime(2026, 5, 31, 23, tzinfo=UTC), datetime(2026, 6, 1, 2, tzinfo=UTC))]
    may = indices(dark, {"A": 10}, 10, FIRST, END, END)
    june = indices(dark, {"A": 10}, 10, END, END + timedelta(days=30), END + timedelta(days=30))
    assert (may.saidi, may.saifi) == (60.0, 1.0)
    assert (june.saidi, june.saifi, june.caidi) == (120.0, 0.0, None)


def test_what_overlaps_is_one_interruption():
    darks = [Dark("A", at(3, 8), at(3, 10)), Dark("A", at(3, 9), at(3, 11)), Dark("A", at(3, 11), None)]
    found = indices(darks, {"A": 10}, 10, FIRST, END, at(3, 12))
    assert (found.saidi, found.saifi) == (240.0, 1.0)


def test_nobody_served_is_zero():
    assert indices([], {}, 0, FIRST, END, END).saidi == 0.0


def test_a_months_figures_from_the_tables(callers, clock: Clock):  # noqa: F811
    incident = callers.three_at("T11")["code"]
    clock.passes(hours=2)
    callers.api.patch(f"/outages/{incident}", {"status": "done", "by": "Trực ban"})
    (given,) = callers.api.items("/reliability", month="2026-06")
    assert (given["area"], given["customers"], given["interruptions"]) == ("Cần Thơ", 36, 6)
    assert given["saidi"] == pytest.approx(6 * 120 / 36)
    assert given["caidi"] == pytest.approx(120, rel=0.01)
    (centre,) = callers.api.items("/reliability", month="2026-06", by="centre")
    assert centre["area"] == "EVNSPC"
    assert callers.api.items("/reliability", month="2026-05")[0]["saidi"] == 0
    (quality,) = callers.api.items("/quality", month="2026-06")
    assert (quality["requests"], quality["ended"], quality["in_time_percent"]) == (3, 3, 100.0)
    assert quality["median_hours"] == 2.0


def test_strange_months(api: Api):
    for month in ("2026-13", "2026", "x", "1999-01", ""):
        assert api.get("/reliability", month=month).status_code == 422
