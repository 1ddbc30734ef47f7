"""What the spine needs from outside; `apps/` fills these."""

from typing import Protocol

from conversations.model import Answer, CallBack, Outbound, Turn


class Engine(Protocol):
    """Understands a turn and answers it; the same `message_id` again gives the same answer."""

    def reply(self, turn: Turn) -> Answer:
        """The answer; raises EngineFailed when there is none (the turn is tried again)."""


class Sender(Protocol):
    """One account of one platform, able to show a message to a customer."""

    def send(self, out: Outbound) -> str | None:
        """The platform's message id when it names one; raises a SendError."""


class Files(Protocol):
    """Where the files of messages are kept."""

    def drop(self, url: str) -> None:
        """Delete a file; one that is gone, or that is not kept here, is none to delete. Raises OSError."""


class CallBacks(Protocol):
    """Files call-back tickets; `CallBack.id` makes it idempotent."""

    def file(self, wanted: CallBack) -> str:
        """The ticket's code; raises CallBackFailed."""
