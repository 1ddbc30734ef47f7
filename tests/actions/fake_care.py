"""A care backend in memory, true to the port's promises; also what the HTTP stand-in serves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from actions.accounts import Account, Estimate, Prices, account_of, estimate_of, prices_of
from actions.care import Centre, CodeResult, CodeSent, Directory, Fact, Outage, Stage, Ticket
from actions.errors import BillingDown, CareDown, CareRefused, FileLost, NotAllowed, NotFound, NotVerified, TooManyTries
from actions.services import Service, service_of
from actions.turn import SentFile
from bot.vietnamese import damm_digit, fold, same_street
from tests.actions import catalogue_file, fake_billing
from tests.actions.fake_codes import FakeCodes

OPEN = {"new", "accepted", "in_progress", "waiting_customer"}
WRONG_TRIES = 5
DUE = {"REPORT_OUTAGE": timedelta(hours=2), "CALLBACK": timedelta(hours=4)}


@dataclass
class FakeCare:
    """`bodies` are the tickets as posted; `down` switches every answer off."""

    now: datetime
    customers: set[str] = field(default_factory=set)
    planned: list[tuple[dict[str, str], Outage]] = field(default_factory=list)
    filed: dict[str, Ticket] = field(default_factory=dict)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    followers: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    attached: list[tuple[str, str]] = field(default_factory=list)
    erased: list[tuple[str, str | None]] = field(default_factory=list)
    facts: tuple[Fact, ...] = ()
    codes: FakeCodes = field(default_factory=FakeCodes)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    billing_down: bool = False
    down: bool = False

    def customer_exists(self, code: str) -> bool:
        self._answer()
        return code in self.customers

    def outages(self, place: Mapping[str, str], start: datetime, end: datetime | None) -> Sequence[Outage]:
        self._answer()
        return [replace(o, match=m) for at, o in self.planned if (m := _match(at, place)) and _felt(o, start, end)]

    def follow_outage(self, code: str, conversation_id: str) -> str:
        self._answer()
        if (code, conversation_id) not in self.followers:
            self.followers.append((code, conversation_id))
        return code

    def outage(self, code: str) -> Outage:
        self._answer()
        found = next((one for _, one in self.planned if one.code == code), None)
        if found is None:
            raise NotFound(404, code)
        return found

    def reopen_ticket(self, code: str, key: str) -> Ticket:
        ticket = self.ticket(code)
        if ticket.status not in ("done", "accepted"):
            raise CareRefused(409, "not done")
        self.filed[code] = replace(ticket, status="accepted")
        return self.filed[code]

    def file_ticket(self, body: dict[str, Any], key: str) -> Ticket:
        self._answer()
        if key in self.keys:
            return replace(self.filed[self.keys[key]], new=True)
        for code, old in self.filed.items():
            if old.status in OPEN and _same_fault(self.bodies[code], body):
                return replace(old, new=False)
        digits = f"{2648193 + len(self.filed):07d}"
        code = f"YC{digits}{damm_digit(digits)}"
        ticket = Ticket(
            code=code,
            service=body["service"],
            status="new",
            conversation_id=body.get("conversation_id"),
            phone=body.get("phone"),
            created_at=self.now,
            due_at=self.now + DUE[body["service"]] if body["service"] in DUE else None,
            description=body.get("description", ""),
            address=(body.get("address") or {}).get("text", ""),
            new=True,
        )
        self.filed[code], self.bodies[code], self.keys[key] = replace(ticket, new=False), dict(body), code
        return ticket

    def add_facts(self, code: str, facts: dict[str, Any]) -> None:
        self.ticket(code)
        self.bodies[code] |= facts
        self.filed[code] = replace(self.filed[code], phone=self.bodies[code].get("phone"))

    def ticket(self, code: str) -> Ticket:
        self._answer()
        if code not in self.filed:
            raise NotFound(404, code)
        return self.filed[code]

    def tickets(self, conversation_id: str, service: str | None = None) -> Sequence[Ticket]:
        self._answer()
        mine = [t for t in self.filed.values() if t.conversation_id == conversation_id]
        return [t for t in reversed(mine) if service in (None, t.service)]

    def stage(self, code: str, last_three: str, asker: str) -> Stage:
        self._answer()
        if max(self.wrong.get(code, 0), self.wrong.get(asker, 0)) >= WRONG_TRIES:
            raise TooManyTries(429, "pause")
        ticket = self.filed.get(code)
        if ticket is None or not (ticket.phone or "").endswith(last_three):
            for key in (code, asker):
                self.wrong[key] = self.wrong.get(key, 0) + 1
            raise NotFound(404, code)
        return Stage(code, "đã tiếp nhận", ticket.due_at)

    def service(self, service_id: str) -> Service:
        found = next((one for one in self.services() if one.id == service_id), None)
        if found is None:
            raise NotFound(404, service_id)
        return found

    def services(self) -> Sequence[Service]:
        self._answer()
        return tuple(map(service_of, catalogue_file.items()))

    def centres(self) -> Sequence[Centre]:
        self._answer()
        return [
            Centre(
                "EVNSPC",
                "Trung tâm CSKH miền Nam",
                ("19001006", "19009000"),
                ("Cần Thơ", "An Giang"),
                "https://www.cskh.evnspc.vn",
                "info@evnspc.vn",
            ),
            Centre("EVNHANOI", "Trung tâm CSKH Hà Nội", ("19001288",), ("Hà Nội",)),
        ]

    def directory(self) -> Directory:
        self._answer()
        numbers = ("1558", "19001006", "19009000", "19001288")
        return Directory(numbers, ("1900.292900",), "7h30–21h", "7h30–17h")

    def faq(self) -> tuple[Fact, ...]:
        self._answer()
        return self.facts

    def cancel_ticket(self, code: str, key: str) -> Ticket:
        ticket = self.ticket(code)
        if self.keys.get(key) != code:
            if ticket.status not in OPEN:
                raise NotAllowed(409, ticket.status)
            self.filed[code], self.keys[key] = replace(ticket, status="cancelled"), code
        return self.filed[code]

    def add_note(self, code: str, text: str, key: str) -> None:
        ticket = self.ticket(code)
        if key in self.keys:
            return
        self.keys[key] = code
        self.notes.append((code, text))
        if ticket.status == "waiting_customer":
            self.filed[code] = replace(ticket, status="in_progress")

    def attach(self, code: str, file: SentFile) -> None:
        self.ticket(code)
        if "lost" in file.url:
            raise FileLost("HTTP 404")
        if file.name.endswith(".exe"):
            raise CareRefused(422, "no picture or document")
        if (code, file.url) not in self.attached:
            self.attached.append((code, file.url))

    def erase(self, conversation_id: str, customer_code: str | None) -> tuple[str, ...]:
        self._answer()
        self.erased.append((conversation_id, customer_code))
        theirs = [one for one in self.filed.values() if one.conversation_id == conversation_id]
        kept = [one.code for one in theirs if one.status in OPEN]
        for one in theirs:
            if one.status not in OPEN:
                self.filed[one.code] = replace(one, phone=None, description="", address="", conversation_id=None)
        return (f"phiếu đang xử lý: {', '.join(kept)}",) if kept else ()

    def verified(self, conversation_id: str, customer_code: str) -> bool:
        self._answer()
        return self.codes.open_until(conversation_id, customer_code) > self.now

    def send_code(self, conversation_id: str, customer_code: str, ending: str | None = None) -> CodeSent:
        self._answer()
        return self.codes.send(conversation_id, customer_code, ending, self.now)

    def verify_code(self, conversation_id: str, customer_code: str, code: str) -> CodeResult:
        self._answer()
        return self.codes.verify(conversation_id, customer_code, code, self.now)

    def account_json(self, conversation_id: str, customer_code: str) -> dict[str, Any]:
        if not self.verified(conversation_id, customer_code):
            raise NotVerified(403, "not verified")
        if self.billing_down:
            raise BillingDown("billing", 503)
        if customer_code not in self.accounts:
            raise NotFound(404, customer_code)
        return self.accounts[customer_code]

    def account(self, conversation_id: str, customer_code: str) -> Account:
        return account_of(self.account_json(conversation_id, customer_code))

    def estimate(self, use: dict[str, Any]) -> Estimate:
        self._answer()
        return estimate_of(fake_billing.estimate(use))

    def prices(self, today: date) -> Prices:
        self._answer()
        return prices_of(fake_billing.tariffs(), today)

    def _answer(self) -> None:
        if self.down:
            raise CareDown("switched off")


def _match(at: dict[str, str], asked: Mapping[str, str]) -> str | None:
    if "customer_code" in asked:
        return "customer_code" if at.get("customer_code") == asked["customer_code"] else None
    if fold(at.get("ward", "")) != fold(asked.get("ward", "-")) or at.get("province") != asked.get("province"):
        return None
    street = at.get("street")
    return "street" if street and "street" in asked and same_street(street, asked["street"]) else "ward"


def _felt(outage: Outage, start: datetime, end: datetime | None) -> bool:
    begins, ends = outage.starts_at or start, outage.ends_at
    if end is None:
        return begins <= start and (ends is None or ends > start or outage.status == "overrun")
    return begins < end and (ends is None or ends > start)


def _same_fault(old: dict[str, Any], new: dict[str, Any]) -> bool:
    if old["service"] != new["service"]:
        return False
    if new.get("customer_code"):
        return old.get("customer_code") == new["customer_code"]
    same_place = (old.get("address") or {}).get("text") == (new.get("address") or {}).get("text")
    return same_place and old.get("conversation_id") == new.get("conversation_id")
