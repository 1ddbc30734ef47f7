"""Invented meters, readings, invoices and payments as lines for COPY, always the same for one seed and day."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from care.billing.estimate import estimate
from care.billing.shapes import EstimateAsked
from care.catalogue.tariffs import TariffFile
from care.demo.months import Month, months
from care.demo.network import SEED, Station, words
from care.demo.people import Person

METER = "COPY care.meter (number, customer_code, kind, phases, installed_at) FROM STDIN"
READING = "COPY care.reading (from_day, to_day, read_at, period, old, new, kwh, customer_code) FROM STDIN"
BILL = "COPY care.bill (period, issued_at, due_at, kwh, ex_vat, total, paid, number, customer_code) FROM STDIN"
PAYMENT = "COPY care.payment (period, amount, paid_at, channel, reference, customer_code) FROM STDIN"

# Use by calendar month against a usual one, January first: air conditioners at home, offices half as much, works hardly.
HOT = (0.84, 0.80, 0.90, 1.04, 1.24, 1.36, 1.36, 1.28, 1.12, 0.98, 0.88, 0.84)
SWING = {"residential": 1.0, "business": 0.5, "administrative": 0.6, "production": 0.2}
LEAST_KWH = 5
# Some have a bill to complain about: the newest month is so many times what it would be.
JUMPERS, JUMP = 0.06, (1.7, 2.6)
# Unpaid of the newest month while it may still be paid and after, of the month before, and of the one before that.
UNPAID = (0.8, 0.5, 0.03, 0.008)
OTHER_CHANNEL = 0.15
FIRST_INSTALLED, INSTALLED_DAYS = date(2012, 1, 1), 4_300
TIMES = tuple(f"{minute // 60:02d}:{minute % 60:02d}:00+07" for minute in range(8 * 60, 21 * 60))


@dataclass
class Lines:
    """Rows of four tables, one text line each."""

    meter: list[str] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)
    bill: list[str] = field(default_factory=list)
    payment: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rates:
    """What so many kWh cost at one day's prices and VAT: each different amount is estimated once."""

    tariffs: TariffFile
    known: dict[object, dict[int, tuple[int, int]]] = field(default_factory=dict)
    days: dict[date, object] = field(default_factory=dict)

    def of(self, person: Person, issued: date) -> dict[int, tuple[int, int]]:
        """kWh → (without VAT, with VAT) as far as known, for this kind of customer on that day."""
        day = self.days.get(issued)
        if day is None:
            prices, vat = self.tariffs.list_on(issued), self.tariffs.vat_on(issued)
            day = self.days[issued] = (prices and prices.from_, vat and vat.from_)
        return self.known.setdefault((day, person.group, person.households), {})

    def estimated(self, person: Person, kwh: int, issued: date) -> tuple[int, int]:
        """(without VAT, with VAT); raises Invalid for a day without prices."""
        asked = EstimateAsked(kwh=kwh, tariff_group=person.group, households=person.households, date=issued)
        given = estimate(self.tariffs, asked, issued)
        return given.ex_vat, given.total


class Billed:
    """The accounts of all customers of a station at a time."""

    def __init__(self, tariffs: TariffFile, today: date) -> None:
        self._rates, self._today = Rates(tariffs), today
        self._months: dict[int, Sequence[Month]] = {}
        self._channels: Sequence[str] = words()["channels"]

    def at(self, place: Station, people: Sequence[Person], wanted: range, lines: Lines) -> None:
        """Add the accounts of a full station's customers, of those whose numbers are wanted."""
        draw = random.Random(f"{SEED} bills {place.number}")
        periods = self._periods(place.reading_day)
        for person in people:
            # Drawn for everybody, so that who comes later does not depend on who was there.
            into = lines if person.number in wanted else Lines()
            self._meter(draw, person, into)
            self._account(draw, person, periods, into)

    def _periods(self, reading_day: int) -> Sequence[Month]:
        """A year of months, without those that are older than the oldest prices known."""
        if reading_day not in self._months:
            found = months(reading_day, self._today)
            self._months[reading_day] = [one for one in found if self._rates.tariffs.list_on(one.issued)]
        return self._months[reading_day]

    def _meter(self, draw: random.Random, person: Person, lines: Lines) -> None:
        installed = FIRST_INSTALLED + timedelta(days=draw.randrange(INSTALLED_DAYS))
        phases = 3 if person.group == "production" or (person.group == "business" and draw.random() < 0.3) else 1
        kind = "mechanical" if phases == 1 and installed.year < 2016 else "electronic"
        number = f"{installed:%y}{person.number:08d}"
        lines.meter.append(f"{number}\t{person.code}\t{kind}\t{phases}\t{installed}\n")

    def _account(self, draw: random.Random, person: Person, periods: Sequence[Month], lines: Lines) -> None:
        chance, swing, newest = draw.random, SWING[person.group], len(periods) - 1
        jump = draw.uniform(*JUMP) if chance() < JUMPERS else 1.0
        old = int(chance() * (60_000 if person.group == "residential" else 400_000))
        channel = self._channels[int(chance() * len(self._channels))]
        number, tail = f"{person.number:07d}", f"\t{person.code}\n"
        for at, month in enumerate(periods):
            hot = 1 + (HOT[month.last.month - 1] - 1) * swing
            used = person.usual_kwh * hot * (0.88 + 0.24 * chance()) * (jump if at == newest else 1.0)
            kwh = max(LEAST_KWH, round(used))
            rates = self._rates.of(person, month.issued)
            if kwh not in rates:
                rates[kwh] = self._rates.estimated(person, kwh, month.issued)
            ex_vat, total = rates[kwh]
            paid = bool(month.pay_days) and chance() >= _unpaid(newest - at, month.over)
            lines.reading.append(f"{month.read}\t{old}\t{old + kwh}\t{kwh}{tail}")
            invoice = f"HD{month.short}{number}"
            lines.bill.append(f"{month.billed}\t{kwh}\t{ex_vat}\t{total}\t{'ft'[paid]}\t{invoice}{tail}")
            old += kwh
            if paid:
                day, time = month.pay_days[int(chance() * len(month.pay_days))], TIMES[int(chance() * len(TIMES))]
                through = draw.choice(self._channels) if chance() < OTHER_CHANNEL else channel
                lines.payment.append(f"{month.period}\t{total}\t{day} {time}\t{through}\tGD{month.short}{number}{tail}")


def _unpaid(age: int, over: bool) -> float:
    """How likely an invoice so many months old is unpaid."""
    if age == 0:
        return UNPAID[1] if over else UNPAID[0]
    return UNPAID[age + 1] if age + 1 < len(UNPAID) else 0.0
