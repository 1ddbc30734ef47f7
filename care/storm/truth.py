"""Invents a storm over a network: true faults, the calls they cause, and single houses that only look like faults. Pure.

Always the same for one seed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# feeder → station → customer codes
Network = Mapping[str, Mapping[str, Sequence[str]]]

WHOLE_FEEDER = 0.4  # of the feeders that are hit
TWO_STATIONS = 0.3  # of the feeders that are not out as a whole
SINGLE_HOUSES = 0.01  # of the calls: a fuse at home, in the middle of the storm
LATER_MIN = 8.0  # mean minutes from a fault to a call about it
LATEST_MIN = 60.0


@dataclass(frozen=True)
class TrueFault:
    """What truly failed, `minute` minutes into the storm."""

    number: int
    feeder: str
    stations: frozenset[str]
    whole_feeder: bool
    minute: float


@dataclass(frozen=True)
class CallIn:
    """One customer reports no power; `fault` is the number of the true fault, None for a single house."""

    minute: float
    customer: str
    station: str
    feeder: str
    fault: int | None


@dataclass(frozen=True)
class Storm:
    """The faults, and the calls in the order they come."""

    faults: Sequence[TrueFault]
    calls: Sequence[CallIn]


def brew(network: Network, calls: int, hours: float, seed: int = 2026, single_houses: float = SINGLE_HOUSES) -> Storm:
    """About `calls` calls over `hours`, a share of them of `single_houses`; each customer calls at most once."""
    draw = random.Random(seed)
    feeders = sorted(feeder for feeder, stations in network.items() if stations)
    draw.shuffle(feeders)
    faults = _faults(draw, network, feeders, calls, hours)
    dark = sum(len(network[fault.feeder][station]) for fault in faults for station in fault.stations)
    share = min(1.0, calls * (1 - single_houses) / max(1, dark))
    made = [call for fault in faults for call in _calls(draw, network, fault, share)]
    made += _single_houses(draw, network, faults, round(calls * single_houses), hours)
    return Storm(faults, sorted(made, key=lambda call: (call.minute, call.customer)))


def _faults(draw: random.Random, network: Network, feeders: Sequence[str], calls: int, hours: float) -> list[TrueFault]:
    """As many faults as give enough people a reason to call."""
    faults: list[TrueFault] = []
    dark = 0
    for feeder in feeders:
        if dark * 0.9 >= calls:
            break
        stations = sorted(network[feeder])
        whole = draw.random() < WHOLE_FEEDER and len(stations) >= 3
        few = 2 if draw.random() < TWO_STATIONS and len(stations) >= 4 else 1
        groups = [stations] if whole else [[station] for station in draw.sample(stations, few)]
        for group in groups:
            fault = TrueFault(len(faults), feeder, frozenset(group), whole, draw.uniform(0, hours * 60))
            faults.append(fault)
            dark += sum(len(network[feeder][station]) for station in group)
    return faults


def _calls(draw: random.Random, network: Network, fault: TrueFault, share: float) -> list[CallIn]:
    made = []
    for station in sorted(fault.stations):
        for customer in network[fault.feeder][station]:
            if draw.random() < share:
                later = min(draw.expovariate(1 / LATER_MIN), LATEST_MIN)
                made.append(CallIn(fault.minute + later, customer, station, fault.feeder, fault.number))
    return made


def _single_houses(
    draw: random.Random, network: Network, faults: Sequence[TrueFault], count: int, hours: float
) -> list[CallIn]:
    dark = {station for fault in faults for station in fault.stations}
    homes = [
        (customer, station, feeder)
        for feeder, stations in sorted(network.items())
        for station, customers in sorted(stations.items())
        if station not in dark
        for customer in customers
    ]
    chosen = draw.sample(homes, min(count, len(homes)))
    return [CallIn(draw.uniform(0, hours * 60), *home, None) for home in chosen]
