"""Two feeders with stations of six customers each, and people who report that power is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from care.incidents.placing import note_served_streets
from tests.care.conftest import Api

STREETS = {
    "T11": "Trần Phú",
    "T12": "Lê Lợi",
    "T13": "Lê Lợi",
    "T14": "Hai Bà Trưng",
    "T21": "Nguyễn Huệ",
    "T22": "Pasteur",
}


def feeder(station: str) -> str:
    return f"XT{station[1]}"


def customer(station: str, number: int) -> str:
    return f"PC0100{station[1:]}{number:05d}"


def phone(station: str, number: int) -> str:
    return f"09000{station[1:]}{number:03d}"


@pytest.fixture
def network(database_url: str) -> str:
    """The feeders, stations and customers; their connection address."""
    with psycopg.connect(database_url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        for code in ("XT1", "XT2"):
            connection.execute("INSERT INTO care.feeder VALUES (%s, %s, 'Cần Thơ', 'EVNSPC', false)", [code, code])
        for station, street in STREETS.items():
            connection.execute(
                "INSERT INTO care.station VALUES (%s, %s, %s, 'Cái Khế', 'Cần Thơ', 'EVNSPC', false)",
                [station, f"Trạm {street}", feeder(station)],
            )
            for number in range(6):
                home = f"{number + 1} {street}"
                connection.execute(
                    "INSERT INTO care.customer VALUES (%s, 'Nguyễn Văn A', %s, %s, %s, 'Cái Khế', 'Cần Thơ',"
                    " 'residential', 1, %s, %s, 'EVNSPC', false)",
                    [
                        customer(station, number),
                        [phone(station, number)],
                        f"{home}, Cái Khế, Cần Thơ",
                        home,
                        station,
                        feeder(station),
                    ],
                )
        note_served_streets(connection)
        connection.commit()
    return database_url


@dataclass
class Callers:
    """People who report no power."""

    api: Api

    def report(self, station: str, number: int, **changes: Any) -> dict[str, Any]:
        """A ticket by the customer's code."""
        body = {
            "service": "REPORT_OUTAGE",
            "channel": "web",
            "customer_code": customer(station, number),
            "conversation_id": f"talk-{station}-{number}",
        }
        answer = self.api.post("/tickets", body | changes)
        assert answer.status_code == 201, answer.text
        ticket: dict[str, Any] = answer.json
        return ticket

    def three_at(self, station: str) -> dict[str, Any]:
        """The incident that three customers of one station make."""
        codes = [self.report(station, number)["code"] for number in range(3)]
        incident = self.incident_of(codes[0])
        assert incident is not None
        found: dict[str, Any] = self.api.get(f"/incidents/{incident}").json
        return found

    def incident_of(self, ticket: str) -> str | None:
        found: str | None = self.api.get(f"/tickets/{ticket}").json["incident"]
        return found

    def incidents(self, **query: Any) -> list[dict[str, Any]]:
        return self.api.items("/incidents", **query)

    def notices(self, incident: str) -> list[dict[str, Any]]:
        """Oldest first."""
        return self.api.items("/notices", about=incident)[::-1]


@pytest.fixture
def callers(network: str, api: Api) -> Callers:
    return Callers(api)
