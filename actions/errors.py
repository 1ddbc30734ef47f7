"""What can go wrong at the care API, as the dialogue sees it.

CareError
├── CareDown             no answer, or a server's own fault: asking again may help
│   ├── SmsDown          no one-time code can be sent now; all else may work
│   └── BillingDown      the billing system does not answer; all else may work
└── CareRefused          the API understood and said no: asking again will not help
    ├── NotAllowed       the ticket's state forbids it
    ├── NotVerified      the conversation has not shown that the contract is its own
    ├── NotFound         no such customer, ticket or pair of code and digits
    └── TooManyTries     too many wrong look-ups: pause

FileLost             a customer's file could not be fetched from where it was sent
"""


class CareError(Exception):
    """Any failure at the care API."""


class CareDown(CareError):
    """The care API did not answer, or failed on its own; try again later. `status` None means no answer at all."""

    def __init__(self, detail: str, status: int | None = None) -> None:
        super().__init__(detail)
        self.status = status


class SmsDown(CareDown):
    """The short message with the one-time code could not be sent."""


class BillingDown(CareDown):
    """The billing system behind care did not answer."""


class CareRefused(CareError):
    """The care API refused the request."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail


class NotAllowed(CareRefused):
    """The ticket is in a state from which this does not follow."""


class NotVerified(CareRefused):
    """Private data of a contract that no one-time code opened to this conversation."""


class NotFound(CareRefused):
    """What was asked for does not exist, or is not for this asker."""


class FileLost(Exception):
    """A file that the customer sent is no longer where it was, or larger than care takes."""


class TooManyTries(CareRefused):
    """Too many wrong look-ups; the care API answers again after a pause."""
