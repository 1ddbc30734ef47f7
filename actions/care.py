"""The port to customer care: what the dialogue needs of it, in the field's own shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from actions.accounts import Account, Estimate, Prices
from actions.services import Service
from actions.turn import SentFile

Json = dict[str, Any]


@dataclass(frozen=True)
class Ticket:
    """A ticket as far as a customer hears of it; `new` is False when filing met the still-open one, `done_at` when it was
    last done."""

    code: str
    service: str
    status: str
    conversation_id: str | None
    phone: str | None
    created_at: datetime | None
    due_at: datetime | None
    description: str = ""
    address: str = ""
    new: bool = False
    done_at: datetime | None = None


@dataclass(frozen=True)
class Outage:
    """One planned outage or incident; `match` tells how it was found: customer_code, street or ward."""

    code: str
    kind: str
    status: str
    area: str
    starts_at: datetime | None
    ends_at: datetime | None
    reason: str
    match: str


@dataclass(frozen=True)
class Stage:
    """What a stranger to a ticket may hear of it."""

    code: str
    stage: str
    due_at: datetime | None


@dataclass(frozen=True)
class Centre:
    """One of the five care centres."""

    code: str
    name: str
    hotlines: tuple[str, ...]
    provinces: tuple[str, ...]
    website: str = ""
    email: str = ""
    zalo: str = ""
    facebook: str = ""


@dataclass(frozen=True)
class Directory:
    """All official numbers, those that pose as official, and the hours of agents and of offices (`07:30–21:00`)."""

    numbers: tuple[str, ...]
    scam_numbers: tuple[str, ...]
    desk_hours: str
    office_hours: str


@dataclass(frozen=True)
class Fact:
    """A fact of the FAQ: `notes` are to be phrased; only `certain` ones may be stated as they are."""

    id: str
    question: str
    notes: tuple[str, ...]
    certain: bool


@dataclass(frozen=True)
class CodeSent:
    """Where a one-time code went: the phone's last three digits; `endings` are those of all the contract's phones."""

    ending: str
    endings: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True)
class CodeResult:
    """`verified`, `wrong` with tries left, `expired` or `locked`."""

    result: str
    tries_left: int


class Care(Protocol):
    """Customer care; each call raises CareDown, or CareRefused and its kinds."""

    def customer_exists(self, code: str) -> bool:
        """Whether the customer code is in the books; nothing about its owner."""
        ...

    def outages(self, place: Mapping[str, str], start: datetime, end: datetime | None) -> Sequence[Outage]:
        """Outages at `place` (customer_code, or ward, province, street) felt at `start`, or until `end`."""
        ...

    def follow_outage(self, code: str, conversation_id: str) -> str:
        """Let the conversation hear the outage's news; the same again changes nothing.

        Returns the code of what is followed: that of the incident which took this one in, if one did.
        """
        ...

    def outage(self, code: str) -> Outage:
        """One outage as it stands now; raises NotFound."""
        ...

    def reopen_ticket(self, code: str, key: str) -> Ticket:
        """Open a ticket that was done once per `key`; raises CareRefused when it is too late."""
        ...

    def file_ticket(self, body: Json, key: str) -> Ticket:
        """File once per `key`; the same customer's still-open fault comes back with `new` False."""
        ...

    def add_facts(self, code: str, facts: Json) -> None:
        """Add what was learnt later to a ticket."""
        ...

    def ticket(self, code: str) -> Ticket:
        """A ticket by its code; raises NotFound."""
        ...

    def tickets(self, conversation_id: str, service: str | None = None) -> Sequence[Ticket]:
        """The tickets of one conversation, newest first."""
        ...

    def stage(self, code: str, last_three: str, asker: str) -> Stage:
        """The stage shown for code and phone digits; raises NotFound and TooManyTries."""
        ...

    def service(self, service_id: str) -> Service:
        """A service of the catalogue; raises NotFound."""
        ...

    def services(self) -> Sequence[Service]:
        """The whole catalogue, in its order."""
        ...

    def centres(self) -> Sequence[Centre]:
        """All care centres."""
        ...

    def directory(self) -> Directory:
        """Official numbers and hours."""
        ...

    def faq(self) -> tuple[Fact, ...]:
        """What customers ask for, as far as it is known; kept for some minutes."""
        ...

    def cancel_ticket(self, code: str, key: str) -> Ticket:
        """Cancel at the customer's wish, once per `key`; raises NotAllowed when its state forbids it."""
        ...

    def add_note(self, code: str, text: str, key: str) -> None:
        """The customer's words to a ticket, once per `key`; a ticket that waits for them goes on."""
        ...

    def attach(self, code: str, file: SentFile) -> None:
        """Attach a customer's file; the same bytes again change nothing.

        Raises FileLost when it cannot be fetched, CareRefused when it is no picture or document.
        """
        ...

    def erase(self, conversation_id: str, customer_code: str | None) -> tuple[str, ...]:
        """Blank the customer in all that is over, the contract's too where one is named; what is kept, in words, and why."""
        ...

    def verified(self, conversation_id: str, customer_code: str) -> bool:
        """Whether the conversation may see the contract's data now."""
        ...

    def send_code(self, conversation_id: str, customer_code: str, ending: str | None = None) -> CodeSent:
        """Send a one-time code to the contract's phone; the one before it is void.

        Raises NotFound for an unknown contract and one without such a phone alike, TooManyTries after five a day,
        SmsDown when the message could not be sent.
        """
        ...

    def verify_code(self, conversation_id: str, customer_code: str, code: str) -> CodeResult:
        """Try a one-time code; each wrong one counts."""
        ...

    def account(self, conversation_id: str, customer_code: str) -> Account:
        """A contract's readings, bills and payments; raises NotVerified, NotFound and BillingDown."""
        ...

    def estimate(self, use: Json) -> Estimate:
        """What a use comes to (`kwh`, `tariff_group`, `households`, `tenants`, …); raises CareRefused for an impossible one."""
        ...

    def prices(self, today: date) -> Prices:
        """The prices in force on a day."""
        ...
