"""Buttons that let a customer share the own phone or place instead of typing it, where the channel has such buttons.

What comes back is a phone as text or a pin like any other: a fact, and no proof of anything.
"""

from __future__ import annotations

from actions.exchange import Exchange
from actions.words import Button

# The payloads are the channels' own (channels/base.py); a channel without such buttons leaves them out.
PHONE, PLACE = ("button.share_phone", "share_phone"), ("button.share_place", "share_place")
OFFERED_ON = {"telegram": frozenset({PHONE, PLACE}), "zalo": frozenset({PHONE})}
SHARED_BY = {"phone": PHONE, "place": PLACE, "area": PLACE, "address": PLACE}


def offers(talk: Exchange, kind: str) -> list[Button]:
    """The button that answers a question of this kind, or none; it stands last."""
    shared = SHARED_BY.get(kind)
    if shared is None or shared not in OFFERED_ON.get(talk.turn.channel, ()):
        return []
    title, payload = shared
    return [Button(talk.words.term(title), payload)]
