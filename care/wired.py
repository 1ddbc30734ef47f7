"""What every use case of the care backend works with; wired once in `apps/care.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from care.catalogue import Catalogue, load
from care.database import Database
from care.due import UTC
from care.incidents.rules import Rules
from care.lifecycle import STATUSES
from care.words import words_in


def utc_now() -> datetime:
    """The moment now, aware."""
    return datetime.now(UTC)


def stage_names() -> Mapping[str, str]:
    """How a ticket's status is told to a customer; raises KeyError when one has no words."""
    texts = words_in(Path(__file__).parent / "texts.yml")
    return {status: texts["stages"][status] for status in STATUSES}


@dataclass(frozen=True)
class Care:
    """The catalogue, the database and the clock."""

    database: Database
    catalogue: Catalogue = field(default_factory=load)
    stages: Mapping[str, str] = field(default_factory=stage_names)
    incident_rules: Rules = field(default_factory=Rules)
    now: Callable[[], datetime] = utc_now
