"""What can go wrong in the spine; the first fork is whether trying again can help.

ConversationError
├── DatabaseAway            the database does not answer now
├── LeaseLost               another process has taken this message over
├── EngineFailed            the turn can be tried again
├── CallBackFailed          the call-back ticket can be filed later
└── SendError               raised by a Sender
    ├── Retry               the platform may take it later
    │   └── Unclear         it may have been taken: its echo tells
    ├── NotYet              this customer's turn comes in a moment
    ├── RateLimited         the whole account must pause
    ├── Undeliverable       this person can't be reached now
    ├── Refused             our message is wrong: dropped and logged
    └── ChannelStopped      the whole account is off until a person acts
"""


class ConversationError(Exception):
    """Anything the spine raises on purpose."""


class DatabaseAway(ConversationError):
    """The database does not answer, or has no connection free; nothing was stored, or asking again is safe."""


class LeaseLost(ConversationError):
    """The message is another process's by now: nothing more of it is sent here."""


class EngineFailed(ConversationError):
    """The dialogue engine gave no answer to a turn; the turn is tried again."""


class CallBackFailed(ConversationError):
    """The care backend did not take the call-back ticket; it is tried again."""


class SendError(ConversationError):
    """A platform did not take a message; `reason` is kept with the message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Retry(SendError):
    """Worth another try, after `after_s` seconds when the platform named a time."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class Unclear(Retry):
    """No answer, or a broken one: the platform may have taken the message all the same."""


class NotYet(SendError):
    """Nothing is wrong; this customer must not hear from us for `after_s` more seconds. Not counted as a try."""

    def __init__(self, after_s: float) -> None:
        super().__init__("not yet")
        self.after_s = after_s


class RateLimited(SendError):
    """The account sends too fast: nothing leaves it for `pause_s` seconds."""

    def __init__(self, reason: str, pause_s: float) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


class Undeliverable(SendError):
    """This customer can't be reached on this platform (blocked, outside its window)."""


class Refused(SendError):
    """The platform will never take this message: a fault of ours."""


class ChannelStopped(SendError):
    """The account is off (token revoked, quota used up); a person must act."""
