"""Close in time and network is one incident: the rules alone."""

from datetime import datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from care.due import UTC
from care.incidents.rules import Fault, Feeder, Rules, Sighting, take

START = datetime(2026, 9, 7, 12, tzinfo=UTC)
RULES = Rules()


def run(*reports: tuple[str, str, float], faults: tuple[Fault, ...] = ()) -> Feeder:
    """Take (station, person, minute) in."""
    feeder = Feeder("XT", faults=list(faults))
    codes = (f"MD{number}" for number in count(1))
    for number, (station, person, minute) in enumerate(reports):
        at = START + timedelta(minutes=minute)
        take(feeder, Sighting(number, person, station, "XT", at), RULES, codes)
    return feeder


def test_three_customers_of_one_station_within_fifteen_minutes():
    feeder = run(("A", "an", 0), ("A", "binh", 7), ("A", "chi", 15))
    (fault,) = feeder.faults
    assert (fault.stations, fault.whole_feeder, fault.starts_at) == ({"A"}, False, START)
    assert {one.incident for one in feeder.sightings} == {fault.code}


def test_two_customers_or_one_twice_or_late_are_not_enough():
    assert not run(("A", "an", 0), ("A", "binh", 7)).faults
    assert not run(("A", "an", 0), ("A", "binh", 7), ("A", "an", 8)).faults
    assert not run(("A", "an", 0), ("A", "binh", 7), ("A", "chi", 16)).faults


def test_three_stations_are_the_feeder():
    feeder = run(("A", "an", 0), ("B", "binh", 7), ("C", "chi", 9))
    (fault,) = feeder.faults
    assert fault.whole_feeder
    assert fault.stations == {"A", "B", "C"}


def test_the_feeder_takes_the_incidents_of_its_stations_in():
    a = [("A", person, 0) for person in ("an", "binh", "chi")]
    b = [("B", person, 1) for person in ("dung", "em", "phuc")]
    feeder = run(*a, *b, ("C", "giang", 2))
    assert feeder.merged == [("MD2", "MD1")]
    assert {one.incident for one in feeder.sightings} == {"MD1"}
    assert [fault.code for fault in feeder.faults] == ["MD1"]


def test_bounds_that_a_person_drew_stay():
    drawn = Fault("MD9", {"A"}, whole_feeder=False, starts_at=START, held=True)
    feeder = run(("A", "an", 0), ("B", "binh", 1), ("C", "chi", 2), faults=(drawn,))
    assert feeder.faults == [drawn]
    assert [one.incident for one in feeder.sightings] == ["MD9", None, None]


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDE"), st.sampled_from("abcdefgh"), st.floats(0, 60)), min_size=0, max_size=40
    )
)
def test_every_report_is_in_one_open_incident_or_in_none(reports):
    feeder = run(*reports)
    open_codes = {fault.code for fault in feeder.faults}
    assert len(open_codes) == len(feeder.faults)
    assert {one.incident for one in feeder.sightings} <= open_codes | {None}
    for fault in feeder.faults:
        inside = [one for one in feeder.sightings if one.incident == fault.code]
        assert {one.station for one in inside} <= fault.stations
        assert fault.starts_at == min(one.at for one in inside)
