"""When reports of no power are one incident: close in time and on one station or feeder. Pure.

A station with reports of enough different customers within the window is an incident; so is a feeder with reports from
enough of its stations, which then takes in the incidents of its stations. Where one station is loud, a lone voice from
another is a fuse at home rather than the feeder. A report where an incident is open joins it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# A station counts for its feeder when it reports at least a third as much as the busiest one.
LOUD = 3


@dataclass(frozen=True)
class Rules:
    """How many make an incident, how close in time."""

    customers: int = 3
    stations: int = 3
    window: timedelta = timedelta(minutes=15)


@dataclass
class Sighting:
    """One report that the network place of is known. `person` tells customers apart; `incident` is what it joined."""

    ticket_id: int
    person: str
    station: str
    feeder: str
    at: datetime
    incident: str | None = None


@dataclass
class Fault:
    """An open incident. `whole_feeder`: every station of it is out. `held`: a person drew its bounds, which stay."""

    code: str
    stations: set[str]
    whole_feeder: bool
    starts_at: datetime | None
    held: bool = False
    has_news: bool = False
    changed: bool = False


@dataclass
class Feeder:
    """What is known of one feeder: its open incidents and its reports within the window, oldest first."""

    code: str
    faults: list[Fault] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    # (incident that ended, incident that took it in), in the order it happened
    merged: list[tuple[str, str]] = field(default_factory=list)


def take(feeder: Feeder, sighting: Sighting, rules: Rules, new_codes: Iterator[str]) -> None:
    """Add one report: it joins an open incident, makes one, or waits for others like it."""
    near = [other for other in feeder.sightings if abs(other.at - sighting.at) <= rules.window]
    near.append(sighting)
    feeder.sightings.append(sighting)
    fault = open_at(feeder.faults, sighting.station)
    if fault is not None:
        _join(fault, [sighting])
    elif len({one.person for one in near if one.station == sighting.station}) >= rules.customers:
        fault = _new_fault(feeder, next(new_codes))
        _join(fault, [one for one in near if one.station == sighting.station])
    if fault is None or not (fault.whole_feeder or fault.held):
        held = {station for one in feeder.faults if one.held for station in one.stations}
        free = [one for one in near if one.station not in held]
        if len(_loud(free)) >= rules.stations:
            _widen(feeder, free, new_codes)


def _loud(near: Sequence[Sighting]) -> set[str]:
    """The stations that report about as much as the busiest one does: a dead feeder is felt at all of them alike."""
    people: dict[str, set[str]] = {}
    for one in near:
        people.setdefault(one.station, set()).add(one.person)
    busiest = max((len(some) for some in people.values()), default=0)
    return {station for station, some in people.items() if len(some) * LOUD >= busiest}


def open_at(faults: Sequence[Fault], station: str) -> Fault | None:
    """The open incident that a station is part of; one that names it goes before one of the whole feeder."""
    named = next((one for one in faults if station in one.stations), None)
    return named or next((one for one in faults if one.whole_feeder), None)


def _new_fault(feeder: Feeder, code: str) -> Fault:
    fault = Fault(code, set(), whole_feeder=False, starts_at=None)
    feeder.faults.append(fault)
    return fault


def _join(fault: Fault, sightings: Sequence[Sighting]) -> None:
    """The sightings belong to the fault, which began no later than the first of them."""
    for sighting in sightings:
        sighting.incident = fault.code
    stations = fault.stations | {one.station for one in sightings}
    _begins(fault, min(one.at for one in sightings))
    if stations != fault.stations:
        fault.stations, fault.changed = stations, True


def _begins(fault: Fault, at: datetime) -> None:
    if fault.starts_at is None or at < fault.starts_at:
        fault.starts_at, fault.changed = at, True


def _widen(feeder: Feeder, near: Sequence[Sighting], new_codes: Iterator[str]) -> None:
    """The whole feeder is out: its oldest incident grows to it and takes the others in."""
    inside = [one for one in feeder.faults if not one.held and one.stations & {other.station for other in near}]
    fault = inside[0] if inside else _new_fault(feeder, next(new_codes))
    fault.whole_feeder = fault.changed = True
    _join(fault, near)
    for other in inside[1:]:
        feeder.faults.remove(other)
        feeder.merged.append((other.code, fault.code))
        fault.stations |= other.stations
        if other.starts_at is not None:
            _begins(fault, other.starts_at)
        for sighting in feeder.sightings:
            if sighting.incident == other.code:
                sighting.incident = fault.code
