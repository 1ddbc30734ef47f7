"""The people of a dialogue: an owner of a contract, a stranger with a ticket, phones nobody else has."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.product.copy import Copy

Json = dict[str, Any]
# Long enough for every kind of owner to be among them.
PAGE = 500
KINDS: Mapping[str, Callable[[Json], bool]] = {
    "plain": lambda account: bool(account["invoices"]),
    "owing": lambda account: not account["invoices"][0]["paid"],
    "paid": lambda account: account["debt"] == 0 and bool(account["payments"]),
}


@dataclass
class Cast:
    """Hands out customers of the demonstration data, each once."""

    copy: Copy
    people: Iterator[Json]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(981_000_000, 10))
    _put_back: list[tuple[Json, Json]] = field(default_factory=list)

    def parts(self, kind: str) -> Parts:
        """The blanks of one dialogue whose `{code}` is a contract of this kind."""
        number = next(self._numbers)
        person, account = self._owner(kind)
        other, others_account = self._owner("plain")
        return Parts(self.copy, f"0{number}", f"0{number + 1}", person, account, other, others_account)

    def _owner(self, kind: str) -> tuple[Json, Json]:
        for kept in self._put_back:
            if KINDS[kind](kept[1]):
                self._put_back.remove(kept)
                return kept
        while True:
            person = next(self.people)
            account: Json = self.copy.api("GET", f"/customers/{person['code']}/account").json()
            if KINDS[kind](account):
                return person, account
            self._put_back.append((person, account))


def everybody(copy: Copy) -> Iterator[Json]:
    """All households by code, but the two that the start prints: other tests are theirs."""
    printed = copy.demo_codes()
    cursor: str | None = ""
    while cursor is not None:
        filters = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
        page = copy.api("GET", "/customers", params=filters).json()
        cursor = page["next"]
        households = (one for one in page["items"] if one["tariff_group"] == "residential")
        yield from (one for one in households if one["code"] not in printed)


def neighbourless(copy: Copy) -> Iterator[Json]:
    """One household of a station, as three reports from one are an incident, and none with an outage of today."""
    seen: set[str] = set()
    for person in everybody(copy):
        if person["station"] not in seen and not _outages(copy, person):
            seen.add(person["station"])
            yield person


def _outages(copy: Copy, person: Json) -> list[Json]:
    found: list[Json] = copy.api("GET", "/outages", params={"customer_code": person["code"]}).json()["items"]
    return found


@dataclass(frozen=True)
class Parts:
    """What stands for the blanks of a dialogue, and what must not be told."""

    copy: Copy
    phone: str
    phone2: str
    person: Json
    account: Json
    other: Json
    others_account: Json

    def blanks(self) -> dict[str, str]:
        """Every blank but those that the conversation itself brings."""
        invoice = self.account["invoices"][0]
        return {
            "phone": self.phone,
            "three": self.phone[-3:],
            "phone2": self.phone2,
            "three2": self.phone2[-3:],
            "code": self.person["code"],
            "ending": self.person["phones"][0][-3:],
            "total": money(invoice["total"]),
            "kwh": str(invoice["kwh"]),
            "debt": money(self.account["debt"]),
            "other": self.other["code"],
            "dark": _neighbour(self.copy, self.copy.demo_codes()[0]),
        }

    def strangers_ticket(self) -> Json:
        """A ticket that somebody else filed, with the phone {phone2}."""
        address = {"street": "5 Hàng Chuối", "ward": "Hai Bà Trưng", "province": "Hà Nội"}
        body = {"service": "REPORT_OUTAGE", "channel": "phone", "phone": self.phone2, "contact_name": "Phan Thị Kín",
                "address": address, "description": "mất điện trong bếp"}  # fmt: skip
        filed: Json = self.copy.api("POST", "/tickets", json=body).json()
        return filed

    def own_secrets(self) -> set[str]:
        """What only the one-time code opens."""
        return _secrets(self.person, self.account)

    def others_secrets(self) -> set[str]:
        """What this conversation may never see."""
        return _secrets(self.other, self.others_account)


def _neighbour(copy: Copy, code: str) -> str:
    """Another contract of the same station: other tests ask that nothing is filed for the printed one."""
    person = copy.api("GET", f"/customers/{code}").json()
    number = int(person["phones"][0])
    beside = [f"0{number + step}" for step in (1, -1)]
    found = [one for phone in beside for one in copy.api("GET", "/customers", params={"phone": phone}).json()["items"]]
    return next(str(one["code"]) for one in found if one["station"] == person["station"])


def money(amount: int) -> str:
    """As the bot writes it."""
    return f"{amount:,}".replace(",", ".")


def _secrets(person: Json, account: Json) -> set[str]:
    street = person["address"].split(",")[0]
    phones = {
        part for phone in person["phones"] for part in (phone, phone[-4:], f"{phone[:4]} {phone[4:7]} {phone[7:]}")
    }
    amounts = {money(one["total"]) for one in account["invoices"]} | (
        {money(account["debt"])} if account["debt"] else set()
    )
    return {person["name"], street, *phones, *amounts, *(f"{one['kwh']} kWh" for one in account["readings"])}
