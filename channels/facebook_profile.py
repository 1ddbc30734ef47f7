"""What a page shows before and beside a conversation, and which events it sends us; what differs from that. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.facebook_reading import GET_STARTED
from channels.facebook_texts import texts
from conversations import menu

FIELDS = (
    "messages",
    "message_edits",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_optins",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_echoes",
    "messaging_handovers",
    "standby",
)
SCOPES = ("pages_messaging", "pages_manage_metadata")
DEFAULT = {"locale": "default"}


def profile() -> dict[str, Any]:
    """The page's `messenger_profile`; the menu has the groups of the bot's own."""
    told = texts().profile
    entries = [{"type": "postback", "title": button.title, "payload": button.payload} for button in menu()]
    questions = [{"question": each.question, "payload": each.payload} for each in told.ice_breakers]
    return {
        "get_started": {"payload": GET_STARTED},
        "greeting": [{**DEFAULT, "text": told.greeting}],
        "persistent_menu": [{**DEFAULT, "composer_input_disabled": False, "call_to_actions": entries}],
        "ice_breakers": [{**DEFAULT, "call_to_actions": questions}],
    }


def differing(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of `wanted` that the page does not show so yet; what Facebook adds to them by itself does not count."""
    return {name: value for name, value in wanted.items() if not _holds(there.get(name), value)}


def _holds(there: object, wanted: object) -> bool:
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(_holds(there.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(there, list) and len(there) == len(wanted) and all(map(_holds, there, wanted))
    return there == wanted or (wanted is False and there is None)  # what is off by default may be left out
