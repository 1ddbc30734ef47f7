"""The shapes of one-time codes in the care API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from care.shapes import Given, Sent
from care.values import ConversationId, CustomerCode, number_as_text


class CodeAsked(Sent):
    """Send a code for this contract to this conversation; `phone_ending` chooses among the contract's phones."""

    customer_code: CustomerCode
    conversation_id: ConversationId
    phone_ending: Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")] | None = None


class CodeSent(Given):
    """Where it went; `phones` are the endings that can be chosen."""

    sent_to: str
    phones: list[str]
    expires_at: datetime
    left_today: int


class CodeTried(Sent):
    """A code as the customer typed it."""

    customer_code: CustomerCode
    conversation_id: ConversationId
    code: Annotated[str, BeforeValidator(number_as_text), StringConstraints(max_length=40)]


class CodeResult(Given):
    """`verified` until a moment; else `wrong` with tries left, `expired` (ask for another one) or `locked`."""

    result: Literal["verified", "wrong", "expired", "locked"]
    tries_left: Annotated[int, Field(ge=0)]
    until: datetime | None = None


class VerifiedGiven(Given):
    """Whether the conversation may see the contract's data now."""

    verified: bool
    until: datetime | None


class VerifiedAsked(Sent):
    """Which conversation and contract."""

    conversation_id: ConversationId
    customer_code: CustomerCode
