"""Where on the network a report of no power comes from: by contract, by its phone, by street and ward."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.incidents.tables import ServedStreet
from care.place import province_name, street_words, ward_key, ward_keys
from care.shapes import Address
from care.tables import Customer


@dataclass(frozen=True)
class Spot:
    """A station, its feeder, and the customer there when known."""

    station: str
    feeder: str
    customer_code: str | None = None


def spot_of(session: Session, customer_code: str | None, phone: str | None, place: Address) -> Spot | None:
    """The one station that these point at, the surest first; None when none is or several could be."""
    return (
        (_by_contract(session, customer_code) if customer_code else None)
        or (_by_phone(session, phone) if phone else None)
        or _by_street(session, place)
    )


def note_served_streets(connection: psycopg.Connection) -> None:
    """Learn again from the customers which stations supply which street; does not commit."""
    rows = connection.execute("SELECT DISTINCT province, ward, street, station, feeder FROM care.customer")
    served: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    for province, ward, street, station, feeder in rows:
        if words := street_words(street):
            served.setdefault((ward_key(ward), words, station), (_street_name(street), province, feeder))
    connection.execute("TRUNCATE care.served_street")
    copy = "COPY care.served_street (ward_key, street_key, station, street, province, feeder) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy) as into:
        for (ward, words, station), known in served.items():
            into.write_row((ward, words, station, *known))


def _street_name(street: str) -> str:
    """ "12/3 Trần Phú" → "Trần Phú"."""
    words = street.split()
    while len(words) > 1 and any(letter.isdigit() for letter in words[0]):
        words.pop(0)
    return " ".join(words)


def _by_contract(session: Session, customer_code: str) -> Spot | None:
    found = session.execute(
        select(Customer.station, Customer.feeder, Customer.code).where(Customer.code == customer_code)
    ).first()
    return Spot(*found) if found else None


def _by_phone(session: Session, phone: str) -> Spot | None:
    of_phone = select(Customer.station, Customer.feeder, Customer.code).where(Customer.phones.contains([phone]))
    return _the_one(Spot(*row) for row in session.execute(of_phone.limit(50)))


def _by_street(session: Session, place: Address) -> Spot | None:
    words = street_words(place.street or "")
    if not (words and place.ward):
        return None
    province = province_name(place.province) if place.province else None
    wanted = select(ServedStreet.station, ServedStreet.feeder).where(
        ServedStreet.ward_key.in_(ward_keys(place.ward, province or "")), ServedStreet.street_key == words
    )
    if province:
        wanted = wanted.where(ServedStreet.province == province)
    return _the_one(Spot(*row) for row in session.execute(wanted.limit(50)))


def _the_one(spots: Iterable[Spot]) -> Spot | None:
    """The station when all are at one; the customer only when there is one."""
    found = list(spots)
    if len({spot.station for spot in found}) != 1:
        return None
    return found[0] if len(found) == 1 else Spot(found[0].station, found[0].feeder)
