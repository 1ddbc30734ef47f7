"""The spine: conversations, messages, turns, delivery, hand-over. This is the room's one door."""

from conversations.access import Access, bind_access, find_access, next_generation
from conversations.accounts import LockedAccount, PausedAccount, account_data, locked_account, paused_accounts
from conversations.callbacks import CallBackOutbox, callback_ended
from conversations.database import Database
from conversations.delivery import Delivery
from conversations.ending import end_conversation, rate_conversation
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
from conversations.files import FileOutbox, drop_unsent_uploads, find_uploads, keep_upload
from conversations.forgetting import forget_conversation
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
from conversations.ports import CallBacks, Engine, Files, Sender
from conversations.reading import all_messages, conversation_state, find_conversation, messages_after
from conversations.signals import CALLBACKS, DELIVERIES, FILES, TURNS
from conversations.turns import Claim, Policy, Turns

__all__ = [
    "CALLBACKS",
    "DELIVERIES",
    "FILES",
    "MAX_TEXT",
    "TURNS",
    "Access",
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
    "FileOutbox",
    "Files",
    "Handover",
    "Inbound",
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
    "all_messages",
    "bind_access",
    "callback_ended",
    "conversation_state",
    "drop_unsent_uploads",
    "end_conversation",
    "find_access",
    "find_conversation",
    "find_uploads",
    "forget_conversation",
    "keep_upload",
    "locked_account",
    "messages_after",
    "next_generation",
    "paused_accounts",
    "pooled_engine",
    "post",
    "post_notice",
    "rate_conversation",
    "take_in",
]
