"""The shapes of the data-protection desk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from care.shapes import Given, Page, Sent
from care.values import Code, ConversationId, CustomerCode, Email, Line, Phone


class Person(Sent):
    """Somebody by what we know them by; at least one."""

    customer_code: CustomerCode | None = None
    phone: Phone | None = None
    conversation_id: ConversationId | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if not any((self.customer_code, self.phone, self.conversation_id, self.email)):
            raise ValueError("name a customer_code, phone, conversation_id or email")
        return self

    @property
    def words(self) -> str:
        """For the access log."""
        return ", ".join(filter(None, (self.customer_code, self.phone, self.conversation_id, self.email)))


class PersonAsked(Person):
    """Whose data, who asks, and by which request."""

    by: Line
    request: Code | None = None


class PersonData(Given):
    """All that is kept of a person; `accounts` are the contracts' meters, readings, invoices and payments."""

    contracts: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    tickets: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    files: list[dict[str, Any]]
    accesses: list[dict[str, Any]]


class Erased(Given):
    """How much was blanked, and what is kept and why."""

    tickets: int
    notices: int
    letters: int
    files: int
    kept: list[str]


class Correction(Sent):
    """What a contract should say of its person; what is left out stays."""

    customer_code: CustomerCode
    name: Line | None = None
    phones: Annotated[list[Phone], Field(min_length=1, max_length=10)] | None = None
    by: Line
    request: Code | None = None


class Corrected(Given):
    """The contract, and which of its facts were changed."""

    customer_code: str
    changed: list[str]


class Restriction(PersonAsked):
    """Switch the use of contracts' data off or on again."""

    restricted: bool


class Restricted(Given):
    """The contracts concerned."""

    customer_codes: list[str]


class AccessGiven(Given):
    """One access."""

    at: datetime
    who: str
    door: str
    whose: str
    why: str | None


class AccessPage(Given):
    """One page of accesses, newest first."""

    items: list[AccessGiven]
    next: str | None


class AccessQuery(Page):
    """Filters of the access log."""

    who: Line | None = None
    whose: Line | None = None
