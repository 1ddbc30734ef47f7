"""Why a turn was not taken. None of them leaves a trace in the conversation: the same turn may be sent again.

EngineError
├── ActionFailed       the action server is down, slow or answered nonsense
├── StoreFailed        the database did not answer
└── StaleConversation  another engine took a turn of this conversation meanwhile
"""


class EngineError(Exception):
    """A turn that was not taken and not stored."""


class ActionFailed(EngineError):
    """The action of this turn gave no usable answer."""


class StoreFailed(EngineError):
    """The conversation could not be read or written."""


class StaleConversation(EngineError):
    """The stored conversation is newer than the one this turn began with."""
