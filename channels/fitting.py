"""What of a neutral reply a platform shows natively, and how the rest is told in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.base import OWN_FILE, SHARES, Capabilities
from channels.wording import pieces, with_numbered_lines
from conversations import Attachment, Button, Card, Content

MAP = "https://www.google.com/maps?q={lat:.6f},{lon:.6f}"


@dataclass(frozen=True)
class Fitted:
    """`texts` in order, `buttons` below the last of them; `pictures` by address; `cards` side by side; `files` to upload."""

    texts: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    pictures: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    files: tuple[Attachment, ...] = ()


def fit(content: Content, can: Capabilities) -> Fitted:
    """`content` within the limits: long text in parts, too many buttons as numbered lines, cards and places as text."""
    content = replace(content, buttons=showable(content.buttons, can))
    if content.cards and not _shows_cards(content, can):
        content = without_cards(content)
    elif content.cards:
        own = {payload for card in content.cards for payload in card.payloads}
        return replace(_fit_plain(replace(content, buttons=_others(content, own)), can), cards=content.cards)
    return _fit_plain(content, can)


def showable(buttons: Sequence[Button], can: Capabilities) -> tuple[Button, ...]:
    """`buttons` without those that ask for what the platform can't give."""
    return tuple(button for button in buttons if button.payload not in SHARES - can.shares)


def plain(content: Content, can: Capabilities) -> Content:
    """For a page of our own, which shows everything but cards, what it can't ask for, and a flood of buttons."""
    content = without_cards(content) if content.cards else content
    buttons = showable(content.buttons, can)
    if len(buttons) > can.buttons:
        return replace(content, text=with_numbered_lines(content.text or "", buttons), buttons=())
    return replace(content, buttons=buttons)


def without_cards(content: Content) -> Content:
    """The same with its cards told as lines of text, their pictures as pictures; the buttons are there already."""
    told = ["\n".join(line for line in (card.title, card.subtitle) if line) for card in content.cards]
    pictures = tuple(_picture(card) for card in content.cards if card.picture)
    text = "\n\n".join(part for part in (content.text or "", *told) if part)
    return replace(content, text=text, attachments=content.attachments + pictures, cards=())


def payload_fits(payload: str, can: Capabilities) -> bool:
    """Whether the platform carries it back whole; it may count in bytes."""
    return 0 < len(payload.encode()) <= can.payload


def _fit_plain(content: Content, can: Capabilities) -> Fitted:
    text, buttons = content.text or "", content.buttons
    # Buttons hang below a text; alone, they are lines of one.
    if buttons and not (text and len(buttons) <= can.buttons and all(payload_fits(b.payload, can) for b in buttons)):
        text, buttons = with_numbered_lines(text, buttons), ()
    pictures = tuple(a.url for a in content.attachments if a.kind == "image" and a.url)
    others = [a for a in content.attachments if a.kind != "image" and a.url]
    files = tuple(a for a in others if can.pictures == "uploaded" and a.url.startswith(OWN_FILE))
    links = [a.url for a in others if a not in files]
    if content.location is not None:
        links.append(MAP.format(lat=content.location.lat, lon=content.location.lon))
    return Fitted(tuple(pieces("\n".join([text, *links]), can.text)), buttons, pictures, files=files)


def _shows_cards(content: Content, can: Capabilities) -> bool:
    cards, payloads = content.cards, [payload for card in content.cards for payload in card.payloads]
    few = len(cards) <= can.cards and all(len(card.payloads) <= can.card_buttons for card in cards)
    full = all(card.title and (card.subtitle or card.picture or card.payloads) for card in cards)
    return few and full and all(payload_fits(payload, can) for payload in payloads)


def _others(content: Content, own: set[str]) -> tuple[Button, ...]:
    return tuple(button for button in content.buttons if button.payload not in own)


def _picture(card: Card) -> Attachment:
    return Attachment("image", url=card.picture, name=card.title)
