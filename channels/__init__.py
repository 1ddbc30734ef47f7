"""The platforms our customers write from, each behind one small protocol. This is the room's one door."""

from channels.accounts import Accounts, FacebookAccount, ZaloAccount, accounts
from channels.base import Channel, Webhook
from channels.errors import BadAccounts, ChannelError, Forged, Malformed
from channels.gateway import blueprints, channel_status, senders
from channels.media import MediaStore, media_store

__all__ = [
    "Accounts",
    "BadAccounts",
    "Channel",
    "ChannelError",
    "FacebookAccount",
    "Forged",
    "Malformed",
    "MediaStore",
    "Webhook",
    "ZaloAccount",
    "accounts",
    "blueprints",
    "channel_status",
    "media_store",
    "senders",
]
