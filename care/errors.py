"""What can go wrong in the care backend.

CareError
├── DatabaseUnavailable      try again soon
├── MailFailed               a letter was not taken by the mail server
├── StoreFailed              a file could not be kept or read now
├── SmsFailed                the message could not be sent: nothing counts
├── BillingUnavailable       the billing system does not answer as agreed: try again later
└── Rejected                 trying again changes nothing
    ├── CatalogueError       a catalogue file is broken: the process does not start
    ├── NotFound             no such ticket, outage or customer
    ├── NotVerified          the conversation did not prove whose contract it is
    ├── NotAllowed           the state of a ticket or incident forbids the change
    ├── Outdated             somebody else changed it first
    ├── Invalid              a value the caller must change
    ├── KeyReused            an Idempotency-Key came again with another body
    └── TooManyTries         look-ups by a stranger are paused
"""

import math
from collections.abc import Sequence


class CareError(Exception):
    """Any failure of the care backend that a caller should tell apart."""


class DatabaseUnavailable(CareError):
    """The database does not answer now; nothing was stored, the same call may be sent again."""


class MailFailed(CareError):
    """A letter was not taken; `for_ever` when trying again changes nothing."""

    def __init__(self, reason: str, *, for_ever: bool = False) -> None:
        super().__init__(reason)
        self.for_ever = for_ever


class StoreFailed(CareError):
    """The place where files are kept does not answer as it should."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The file store failed: {reason}.")


class SmsFailed(CareError):
    """A message could not be handed to the SMS gateway."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The message could not be sent: {reason}.")


class BillingUnavailable(CareError):
    """The billing system gave no whole answer; worth another try after `seconds`."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(f"The billing system does not answer: {reason}.")
        self.seconds = max(1, math.ceil(seconds))


class Rejected(CareError):
    """The call is understood and refused; sent again unchanged it is refused again."""


class CatalogueError(Rejected):
    """A catalogue file is broken: names file, line, field and reason."""

    def __init__(self, file: str, line: int, field: str, reason: str) -> None:
        super().__init__(f"{file}, line {line}, {field}: {reason}")
        self.file, self.line, self.field, self.reason = file, line, field, reason


class NotFound(Rejected):
    """There is no `kind` called `code`."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(f"There is no {kind} {code[:40]!r}.")
        self.kind = kind


class NotVerified(Rejected):
    """The conversation may not see the contract's data; the same words whether or not the contract exists."""

    def __init__(self) -> None:
        super().__init__("The conversation is not verified for this contract.")


class NotAllowed(Rejected):
    """A change that the state of a ticket or incident forbids; `allowed` lists the states it permits."""

    def __init__(self, status: str, wanted: str, allowed: Sequence[str], what: str = "ticket") -> None:
        article = "An" if what[0] in "aeiou" else "A"
        super().__init__(f"{article} {what} that is {status} cannot become {wanted}.")
        self.status, self.wanted, self.allowed = status, wanted, tuple(allowed)


class Outdated(Rejected):
    """The caller saw another version than there is now; nothing was changed."""

    def __init__(self, seen: int, version: int) -> None:
        super().__init__(f"The ticket has changed: it is at version {version}, you saw {seen}. Read it again.")
        self.version = version


class Invalid(Rejected):
    """A value of `field` that the caller must change."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


class KeyReused(Rejected):
    """The Idempotency-Key was used before with another body."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used before with another body.")


class TooManyTries(Rejected):
    """Five wrong look-ups; the next is heard after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__("Too many wrong look-ups; please wait.")
        self.seconds = seconds
