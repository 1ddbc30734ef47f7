"""Due times: hours, desk hours, Vietnamese working days, and no promise without a confirmed time."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.catalogue import load
from care.due import VIETNAM, due_at, is_working_day, nth_working_day

CATALOGUE = load()


def due(service: str, filed: str, **details: str) -> str | None:
    """Local due time of a service's ticket filed at a local time."""
    now = datetime.fromisoformat(filed).replace(tzinfo=VIETNAM)
    moment = due_at(CATALOGUE.services[service].sla, details, now, CATALOGUE.places.hours)
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") if moment else None


@pytest.mark.parametrize(
    ("service", "filed", "expected"),
    [
        ("REPORT_OUTAGE", "2026-11-23 23:30", "2026-11-24 01:30"),
        ("BILL_COMPLAINT", "2026-11-21 10:00", "2026-11-22 10:00"),
        # five working days over a weekend and the day of culture (24/11)
        ("NEW_LV_RES", "2026-11-23 09:00", "2026-12-01 17:00"),
        # Tết 2027: 4/2 to 10/2
        ("CHANGE_INFO", "2027-02-03 09:00", "2027-02-15 17:00"),
        ("CHANGE_INFO", "2026-06-05 22:00", "2026-06-10 17:00"),
        ("CHANGE_INFO", "2026-06-06 09:00", "2026-06-10 17:00"),
        ("CALLBACK", "2026-06-05 09:00", "2026-06-05 13:00"),
        ("CALLBACK", "2026-06-05 20:00", "2026-06-06 10:30"),
        ("CALLBACK", "2026-06-05 23:00", "2026-06-06 11:30"),
        ("CALLBACK", "2026-06-05 05:00", "2026-06-05 11:30"),
        ("CALLBACK", "2026-06-05 17:00", "2026-06-05 21:00"),
        ("REPORT_HAZARD", "2026-06-05 09:00", None),
        ("CHECK_METER", "2026-06-05 09:00", None),
        ("TEMP_SUSPEND", "2026-06-05 09:00", None),
        ("MOVE_METER", "2026-06-05 09:00", None),
        ("CHANGE_CAPACITY_PHASE", "2026-06-05 09:00", None),
        ("LOOKUP_BILL", "2026-06-05 09:00", None),
    ],
)
def test_due_time(service: str, filed: str, expected: str | None) -> None:
    assert due(service, filed) == expected


def test_the_details_choose_the_variant() -> None:
    assert due("TRANSFER_SUBJECT", "2026-06-01 09:00") == "2026-06-03 17:00"
    assert due("TRANSFER_SUBJECT", "2026-06-01 09:00", purpose="business") == "2026-06-04 17:00"
    assert due("PRIVACY_REQUEST", "2026-06-01 09:00") == "2026-06-03 17:00"
    assert due("PRIVACY_REQUEST", "2026-06-01 09:00", wish="delete") == "2026-06-21 17:00"


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 30))
def test_a_promised_day_is_a_working_day_and_counts_rightly(day: date, number: int) -> None:
    promised = nth_working_day(day, number)
    between = [date.fromordinal(n) for n in range(day.toordinal() + 1, promised.toordinal() + 1)]
    assert is_working_day(promised)
    assert sum(map(is_working_day, between)) == number


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.times())
def test_a_call_back_is_due_inside_desk_hours(day: date, clock: time) -> None:
    now = datetime.combine(day, clock, VIETNAM)
    moment = due_at(CATALOGUE.services["CALLBACK"].sla, {}, now, CATALOGUE.places.hours)
    assert moment is not None
    assert moment > now
    assert "07:30" <= moment.astimezone(VIETNAM).strftime("%H:%M") <= "21:00"
