"""How well incidents found the true faults out. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from care.storm.truth import Storm

CLEAN = 0.9  # share of an incident's reports that must come from its one true fault
ENOUGH = 3  # people who called: fewer cannot be told from single houses


@dataclass(frozen=True)
class Score:
    """Counts; an incident is right when nearly all its reports are of one fault and no other incident is of it."""

    faults: int
    incidents: int
    right: int
    linked: int
    calls: int

    @property
    def precision(self) -> float:
        """Right incidents among those made."""
        return self.right / self.incidents if self.incidents else 1.0

    @property
    def recall(self) -> float:
        """True faults, reported by enough people, that one incident stands for."""
        return self.right / self.faults if self.faults else 1.0


def score(storm: Storm, incident_of: Mapping[str, str | None]) -> Score:
    """`incident_of` says what each customer's report became part of in the end."""
    reports = defaultdict[str, Counter[int | None]](Counter)
    reporters = Counter[int]()
    for call in storm.calls:
        if call.fault is not None:
            reporters[call.fault] += 1
        if (incident := incident_of.get(call.customer)) is not None:
            reports[incident][call.fault] += 1
    known = {number for number, people in reporters.items() if people >= ENOUGH}
    stand_for = Counter[int]()
    for counted in reports.values():
        fault, most = counted.most_common(1)[0]
        if fault is not None and most >= CLEAN * counted.total():
            stand_for[fault] += 1
    right = sum(1 for fault, incidents in stand_for.items() if incidents == 1 and fault in known)
    linked = sum(counted.total() for counted in reports.values())
    return Score(len(known), len(reports), right, linked, len(storm.calls))
