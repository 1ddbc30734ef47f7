"""The platforms our customers write from, each behind one small protocol. This is the room's one door."""

from channels.accounts import Accounts, FacebookAccount, TelegramAccount, ZaloAccount, accounts
from channels.base import Capabilities, Channel, Webhook
from channels.door import Door, Listener
from channels.errors import BadAccounts, ChannelError, Forged, Malformed
from channels.facebook_deletion import other_ids as facebook_other_ids
from channels.figures import counted
from channels.gateway import blueprints, channel_status, channels, senders
from channels.media import MediaStore, media_store
from channels.telegram_duty import duty_press

__all__ = [
    "Accounts",
    "BadAccounts",
    "Capabilities",
    "Channel",
    "ChannelError",
    "Door",
    "FacebookAccount",
    "Forged",
    "Listener",
    "Malformed",
    "MediaStore",
    "TelegramAccount",
    "Webhook",
    "ZaloAccount",
    "accounts",
    "blueprints",
    "channel_status",
    "channels",
    "counted",
    "duty_press",
    "facebook_other_ids",
    "media_store",
    "senders",
]
