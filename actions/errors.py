"""What can go wrong at the care API, as the dialogue sees it.

CareError
├── CareDown             no answer, or a server's own fault: asking again may help
└── CareRefused          the API understood and said no: asking again will not help
    ├── NotAllowed       the ticket's state forbids it
    ├── NotFound         no such customer, ticket or pair of code and digits
    └── TooManyTries     too many wrong look-ups: pause
"""


class CareError(Exception):
    """Any failure at the care API."""


class CareDown(CareError):
    """The care API did not answer, or failed on its own; try again later."""


class CareRefused(CareError):
    """The care API refused the request."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail


class NotAllowed(CareRefused):
    """The ticket is in a state from which this does not follow."""


class NotFound(CareRefused):
    """What was asked for does not exist, or is not for this asker."""


class TooManyTries(CareRefused):
    """Too many wrong look-ups; the care API answers again after a pause."""
