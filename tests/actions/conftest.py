"""A customer at a fixed hour, with a care backend that knows two codes and one planned outage."""

from datetime import datetime

import pytest

from actions.care import Outage
from actions.words import VIETNAM
from tests.actions.chat import Chat
from tests.actions.fake_care import FakeCare

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=VIETNAM)
DARK, BRIGHT = "PB04010012345", "PB04010067890"


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return NOW.replace(day=day, hour=hour, minute=minute)


def outage(area: str = "đường Nguyễn Trãi, phường Cái Khế", **facts: object) -> Outage:
    known: dict[str, object] = {
        "code": "PL1",
        "kind": "planned",
        "status": "running",
        "area": area,
        "starts_at": at(7),
        "ends_at": at(11, 30),
        "reason": "bảo trì lưới điện",
        "match": "",
    }
    return Outage(**(known | facts))  # type: ignore[arg-type]


@pytest.fixture
def care() -> FakeCare:
    fake = FakeCare(NOW, customers={DARK, BRIGHT})
    fake.planned.append(({"customer_code": DARK}, outage()))
    return fake


@pytest.fixture
def chat(care: FakeCare) -> Chat:
    return Chat(care, NOW)
