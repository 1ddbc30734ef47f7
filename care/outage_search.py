"""Finding outages: by customer code, station, ward, street words and time. Plain reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select, tuple_
from sqlalchemy.orm import Session

from care.codes import outage_code
from care.customers import known_province
from care.due import UTC
from care.errors import NotFound
from care.paging import cursor_of, place_of
from care.place import street_in_area, street_words, ward_key, ward_keys
from care.shapes import OutageGiven, OutagePage, OutageQuery, WardGiven
from care.tables import Customer, Outage
from care.values import Match
from care.wards import asked_ward
from care.wired import Care

FELT = ("approved", "running", "overrun")
# An incident is over when people say so, not when its expected end has passed.
OPEN_ENDED = or_(
    Outage.ends_at.is_(None),
    Outage.status == "overrun",
    and_(Outage.kind == "incident", Outage.status == "running"),
)


@dataclass(frozen=True)
class Asked:
    """Where power is missed: a station, or wards and street; empty parts are unknown."""

    station: str = ""
    ward_keys: tuple[str, ...] = ()
    street: str = ""
    province: str = ""

    def condition(self) -> ColumnElement[bool]:
        """Outages that may be felt there."""
        ways: list[ColumnElement[bool]] = []
        in_province = [Outage.province == self.province] if self.province else []
        # A plan that names its stations is felt at these only, whatever ward they stand in.
        by_ward = [Outage.stations == []] if self.station else []
        if self.station:
            ways.append(Outage.stations.contains([self.station]))
        if self.ward_keys:
            ways.append(and_(Outage.ward_keys.overlap(list(self.ward_keys)), *in_province, *by_ward))
        if words := street_words(self.street):
            named = Outage.area_key.contains(f" {words} ", autoescape=True)
            elsewhere = [Outage.ward_keys == []] if self.ward_keys else []
            ways.append(and_(named, *in_province, *elsewhere, *by_ward))
        return or_(*ways) if ways else false()

    def match(self, outage: Outage) -> Match:
        """How an outage that fits `condition` was found."""
        if self.station and self.station in outage.stations:
            return "customer_code"
        return "street" if self.street and street_in_area(self.street, outage.area) else "ward"


def outage_by_code(care: Care, code: str) -> OutageGiven:
    """One outage; raises NotFound."""
    with care.database.transaction() as session:
        known = outage_code(code)
        outage = session.scalar(select(Outage).where(Outage.code == known))
        if outage is None:
            raise NotFound("outage", code)
        return outage_given(outage)


def outage_page(care: Care, query: OutageQuery) -> OutagePage:
    """The outages that fit all filters, by start. Raises Invalid for an unknown province."""
    conditions = [*_when(query, care.now()), *_plain(query)]
    with care.database.transaction() as session:
        asked = _asked(session, query)
        if asked:
            conditions.append(or_(*(one.condition() for one in asked)))
        elif query.province is not None:
            conditions.append(Outage.province == known_province(query.province))
        if query.cursor is not None:
            starts_at, number = place_of(query.cursor, (int, int))
            start = datetime.fromtimestamp(min(int(starts_at), 10**16) / 10**6, UTC)
            conditions.append(tuple_(Outage.starts_at, Outage.id) > tuple_(start, int(number)))
        order = (Outage.starts_at, Outage.id)
        found = list(session.scalars(select(Outage).where(*conditions).order_by(*order).limit(query.limit + 1)))
    items = [outage_given(outage, _best(asked, outage)) for outage in found[: query.limit]]
    last = found[query.limit - 1] if len(found) > query.limit else None
    following = cursor_of((_microseconds(last.starts_at), last.id)) if last else None
    several = asked_ward(query.ward, query.province).candidates if query.ward else ()
    candidates = [WardGiven(name=ward.name, province=ward.province) for ward in several]
    return OutagePage(items=items, next=following, candidates=candidates)


def outage_given(outage: Outage, match: Match | None = None) -> OutageGiven:
    """An outage as callers see it."""
    return OutageGiven(
        code=outage.code,
        kind=outage.kind,
        status=outage.status,
        area=outage.area,
        stations=outage.stations,
        wards=outage.wards,
        province=outage.province,
        starts_at=outage.starts_at.astimezone(UTC),
        ends_at=outage.ends_at.astimezone(UTC) if outage.ends_at else None,
        reason=outage.reason,
        centre=outage.centre,
        match=match,
    )


def _when(query: OutageQuery, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    since, until = query.from_, query.to
    if query.at is not None:
        since = until = now if query.at == "now" else query.at
        conditions.append(Outage.status.in_(FELT))
    if until is not None:
        conditions.append(Outage.starts_at <= until)
    if since is not None:
        conditions.append(or_(Outage.ends_at > since, OPEN_ENDED))
    return conditions


def _plain(query: OutageQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.kind is not None:
        conditions.append(Outage.kind == query.kind)
    if query.status is not None:
        conditions.append(Outage.status == query.status)
    if query.station is not None:
        conditions.append(Outage.stations.contains([query.station]))
    return conditions


def _asked(session: Session, query: OutageQuery) -> list[Asked]:
    """The places that the query names: the customer's own, the one in words, or both; unknown is nowhere."""
    asked = []
    if query.customer_code is not None:
        customer = session.get(Customer, query.customer_code)
        asked.append(_place_of(customer) if customer else Asked())
    if query.ward is not None or query.street is not None:
        province = known_province(query.province) if query.province else ""
        keys = ward_keys(query.ward, province) if query.ward else ()
        asked.append(Asked(ward_keys=keys, street=query.street or "", province=province))
    return asked


def _place_of(customer: Customer) -> Asked:
    return Asked(customer.station, (ward_key(customer.ward),), customer.street, customer.province)


def _best(asked: list[Asked], outage: Outage) -> Match | None:
    order: tuple[Match, ...] = ("customer_code", "street", "ward")
    return min((one.match(outage) for one in asked), key=order.index, default=None)


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 10**6)
