"""What can go wrong at a channel's door.

ChannelError
├── BadAccounts     the accounts file is wrong: stops the start
├── Forged          a webhook without its platform's signature: 403
└── Malformed       signed or not, it can't be read: 400
"""


class ChannelError(Exception):
    """Anything this room raises on purpose; sending raises the spine's SendError tree."""


class BadAccounts(ChannelError):
    """The settings or the CHANNEL_ACCOUNTS file name accounts that can't work."""


class Forged(ChannelError):
    """A webhook whose signature is missing or wrong; nothing of it may be stored."""


class Malformed(ChannelError):
    """A webhook that says something we would have to store but can't read; the platform must not think we have it."""
