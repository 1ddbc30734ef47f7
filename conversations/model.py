"""The spine's own words: what a message holds, what comes in, what goes out. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from conversations.progress import Progress

Author = Literal["customer", "bot", "agent", "system"]
State = Literal["bot", "waiting", "agent", "closed"]
InboundKind = Literal["message", "greet", "withdraw", "overheard"]


@dataclass(frozen=True)
class Button:
    """A quick reply: `title` is shown, `payload` is what a tap means to the engine."""

    title: str
    payload: str


@dataclass(frozen=True)
class Attachment:
    """A picture, file, sticker… by `url`; `kind` "unknown" for what no channel could name."""

    kind: str
    url: str = ""
    name: str = ""


@dataclass(frozen=True)
class Card:
    """One of several things side by side. `payloads` names which of the message's buttons belong to it: a channel that
    shows no cards has lost nothing."""

    title: str
    subtitle: str = ""
    picture: str = ""
    payloads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Location:
    """A pin on the map, WGS 84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Template:
    """A piece of news for a platform's paid template, which may leave at any time: which `kind` it is, and the blanks."""

    kind: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Content:
    """What one message says; every part may be missing, but not all of them."""

    text: str | None = None
    payload: str | None = None
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    cards: tuple[Card, ...] = ()
    album: str = ""  # the same for files that were sent at once, a message each
    template: Template | None = None

    def to_json(self) -> dict[str, Any]:
        """The stored form: only the parts that are there."""
        parts: dict[str, Any] = {"text": self.text, "payload": self.payload}
        parts["buttons"] = [{"title": b.title, "payload": b.payload} for b in self.buttons]
        parts["attachments"] = [{"kind": a.kind, "url": a.url, "name": a.name} for a in self.attachments]
        parts["location"] = {"lat": self.location.lat, "lon": self.location.lon} if self.location else None
        parts["cards"] = [
            {"title": c.title, "subtitle": c.subtitle, "picture": c.picture, "payloads": list(c.payloads)}
            for c in self.cards
        ]
        if self.template is not None:
            parts["template"] = {"kind": self.template.kind, "values": dict(self.template.values)}
        parts["album"] = self.album
        return {name: value for name, value in parts.items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Content:
        """The content that `to_json` gave."""
        location, template = stored.get("location"), stored.get("template")
        return cls(
            text=stored.get("text"),
            payload=stored.get("payload"),
            buttons=tuple(Button(**b) for b in stored.get("buttons", ())),
            attachments=tuple(Attachment(**a) for a in stored.get("attachments", ())),
            location=Location(**location) if location else None,
            cards=tuple(Card(**{**c, "payloads": tuple(c["payloads"])}) for c in stored.get("cards", ())),
            album=str(stored.get("album", "")),
            template=Template(template["kind"], tuple(template["values"].items())) if template else None,
        )


@dataclass(frozen=True)
class Inbound:
    """One thing a customer did on a platform, parsed and verified by its channel.

    `platform_message_id` is unique per (channel, account). `sent_at` is the platform's time; `reply_until` the end of
    the platform's window for free answers (None: no window). `pulled` customers fetch their messages themselves, so
    nothing is sent to them. A `greet` opens the conversation without a turn; a `withdraw` erases what was said and has the
    engine and the care backend do the same; what is `overheard` was said to somebody else, who answers in the platform's
    own tool: kept, never answered.
    """

    channel: str
    account: str
    user_id: str
    platform_message_id: str
    content: Content
    sent_at: datetime
    reply_until: datetime | None = None
    kind: InboundKind = "message"
    pulled: bool = False


@dataclass(frozen=True)
class Receipt:
    """Messages of ours reached a customer's phone, or were `seen`: those with these ids of the platform, or, where it
    names none, everything that was sent `up_to` a moment."""

    channel: str
    account: str
    user_id: str
    at: datetime
    seen: bool = False
    message_ids: tuple[str, ...] = ()
    up_to: datetime | None = None


@dataclass(frozen=True)
class Left:
    """A customer lets us write no more (unfollowed, blocked) until the next deed of their own."""

    channel: str
    account: str
    user_id: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class PersonWrote:
    """Staff answered in the platform's own tool, or took the talk over there (`content` None): the bot is silent for a
    while. `platform_message_id` makes it count once."""

    channel: str
    account: str
    user_id: str
    at: datetime
    platform_message_id: str = ""
    content: Content | None = None


@dataclass(frozen=True)
class PersonLeft:
    """Staff gave the talk back to the bot in the platform's own tool."""

    channel: str
    account: str
    user_id: str
    at: datetime


Aside = Receipt | Left | PersonWrote | PersonLeft
"""What a platform tells besides customers' deeds; none of them starts a turn."""


@dataclass(frozen=True)
class Taken:
    """Where an inbound message stands; `new` is False for one that was there already, `held` when a person answers it."""

    message_id: int
    conversation_id: int
    new: bool
    held: bool = False


@dataclass(frozen=True)
class Message:
    """One stored message as a reader sees it; `platform_message_id` when its platform named one."""

    id: int
    author: Author
    content: Content
    created_at: datetime
    platform_message_id: str | None = None


@dataclass(frozen=True)
class Outbound:
    """One message on its way to a platform."""

    message_id: int
    conversation_id: int
    channel: str
    account: str
    user_id: str
    content: Content
    reply_until: datetime | None
    attempts: int
    progress: Progress = field(default_factory=Progress, compare=False)
    author: Author = "bot"
    left: str = ""  # why the customer can't be written to before the next deed


@dataclass(frozen=True)
class Echo:
    """What a platform shows of a message that it took from us; `key` is what its sender knows the part by."""

    channel: str
    account: str
    user_id: str
    platform_message_id: str
    key: str


@dataclass(frozen=True)
class Turn:
    """One customer message that the engine must answer; `message_id` makes it idempotent, `tries` counts this one."""

    message_id: int
    conversation_id: int
    channel: str
    content: Content
    state: State
    sent_at: datetime
    tries: int = 1


@dataclass(frozen=True)
class Handover:
    """The engine asks for a person; `reason` is one of the words of `handover.REASONS`."""

    reason: str
    phone: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the engine said to a turn: replies in order, perhaps a wish for a person.

    With `erase` everything that was said before is forgotten.
    """

    replies: tuple[Content, ...]
    handover: Handover | None = None
    erase: bool = False


@dataclass(frozen=True)
class CallBack:
    """A customer waits for a person: what the care backend needs for a call-back ticket."""

    id: int
    conversation_id: int
    channel: str
    reason: str
    phone: str | None
    created_at: datetime
