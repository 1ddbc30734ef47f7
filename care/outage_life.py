"""The life of an outage: which status may follow which when a person changes it. Pure.

The clock moves plans too (`care.outages.advance_outages`); a plan that it took for done may turn out to be overrun. What is
over stays so: an incident that was restored goes on through `POST /incidents/{code}/reopen`, which tells its customers.
"""

from __future__ import annotations

from care.errors import NotAllowed
from care.values import OutageKind, OutageStatus

_PLANNED: dict[OutageStatus, tuple[OutageStatus, ...]] = {
    "approved": ("running", "postponed", "cancelled", "done"),
    "postponed": ("approved", "cancelled"),
    "cancelled": ("approved", "postponed"),
    "running": ("overrun", "done", "cancelled"),
    "overrun": ("running", "done"),
    "done": ("overrun",),
}
_INCIDENT: dict[OutageStatus, tuple[OutageStatus, ...]] = {
    "approved": ("running", "done", "cancelled"),
    "postponed": ("running", "cancelled"),
    "running": ("overrun", "done", "cancelled"),
    "overrun": ("running", "done", "cancelled"),
}


def check(kind: OutageKind, status: OutageStatus, to: OutageStatus) -> None:
    """Raises NotAllowed, with what is allowed, unless `to` may follow; the same status again changes nothing."""
    permitted = (_PLANNED if kind == "planned" else _INCIDENT).get(status, ())
    if to not in (status, *permitted):
        raise NotAllowed(status, to, permitted, "planned outage" if kind == "planned" else "incident")
