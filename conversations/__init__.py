"""The spine: conversations, messages, turns, delivery, hand-over. This is the room's one door."""

from conversations.accounts import LockedAccount, PausedAccount, account_data, locked_account, paused_accounts
from conversations.callbacks import CallBackOutbox, callback_ended
from conversations.database import Database
from conversations.delivery import Delivery
from conversations.errors import (
    CallBackFailed,
    ChannelStopped,
    ConversationError,
    DatabaseAway,
    EngineFailed,
    RateLimited,
    Refused,
    Retry,
    SendError,
    Undeliverable,
)
from conversations.gathering import Intake, Saturated, intake
from conversations.intake import MAX_TEXT, post, take_in
from conversations.live import LiveEvent, LiveEvents, Subscription
from conversations.loops import Work, WorkLoop
from conversations.model import (
    Answer,
    Attachment,
    Button,
    CallBack,
    Card,
    Content,
    Handover,
    Inbound,
    Location,
    Message,
    Outbound,
    State,
    Taken,
    Turn,
)
from conversations.notices import Posted, post_notice
from conversations.pool import pooled_engine
from conversations.ports import CallBacks, Engine, Sender
from conversations.reading import conversation_state, find_conversation, messages_after
from conversations.signals import CALLBACKS, DELIVERIES, TURNS
from conversations.turns import Claim, Policy, Turns

__all__ = [
    "CALLBACKS",
    "DELIVERIES",
    "MAX_TEXT",
    "TURNS",
    "Answer",
    "Attachment",
    "Button",
    "CallBack",
    "CallBackFailed",
    "CallBackOutbox",
    "CallBacks",
    "Card",
    "ChannelStopped",
    "Claim",
    "Content",
    "ConversationError",
    "Database",
    "DatabaseAway",
    "Delivery",
    "Engine",
    "EngineFailed",
    "Handover",
    "Inbound",
    "Intake",
    "LiveEvent",
    "LiveEvents",
    "Location",
    "LockedAccount",
    "Message",
    "Outbound",
    "PausedAccount",
    "Policy",
    "Posted",
    "RateLimited",
    "Refused",
    "Retry",
    "Saturated",
    "SendError",
    "Sender",
    "State",
    "Subscription",
    "Taken",
    "Turn",
    "Turns",
    "Undeliverable",
    "Work",
    "WorkLoop",
    "account_data",
    "callback_ended",
    "conversation_state",
    "find_conversation",
    "intake",
    "locked_account",
    "messages_after",
    "paused_accounts",
    "pooled_engine",
    "post",
    "post_notice",
    "take_in",
]
