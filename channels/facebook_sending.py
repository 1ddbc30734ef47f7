"""Sending through Messenger's Send API (Graph v25.0): the shape of a message, what its errors mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import requests

from channels.accounts import FacebookAccount
from channels.base import Capabilities, part, words
from channels.calls import Progress, Reply, post, reason
from channels.fitting import fit
from channels.wording import shortened
from conversations import (
    Button,
    Card,
    ChannelStopped,
    Content,
    Outbound,
    RateLimited,
    Refused,
    Retry,
    SendError,
    Undeliverable,
)

GRAPH_VERSION = "v25.0"
CAN = Capabilities(
    text=2_000, buttons=13, title=20, payload=1_000, cards=10, card_buttons=3, window=timedelta(hours=24)
)
CARD_LINE_LIMIT = 80
RATE_LIMITED = {4, 32, 613, 80006}
TEMPORARY = {1, 2, 1200}
OUTSIDE_WINDOW = (10, 2018278)
UNAVAILABLE = {(551, None), (200, 1545041)}
OUR_FAULT = {100}
STOPPED = {10, 190, 200, 230, 368}
LONGEST_PAUSE_S = 3_600.0


def messages(content: Content) -> list[dict[str, Any]]:
    """The `message` objects that show `content`: pictures, text in parts, cards, quick replies under the last."""
    shown = fit(content, CAN)
    parts = [_picture(url) for url in shown.pictures] + [{"text": each} for each in shown.texts]
    if shown.cards:
        parts.append(_carousel(shown.cards, content.buttons))
    if shown.buttons:  # shown under the newest message only
        parts[-1]["quick_replies"] = [
            {"content_type": "text", "title": shortened(b.title, CAN.title), "payload": b.payload}
            for b in shown.buttons
        ]
    return parts


def _carousel(cards: Sequence[Card], buttons: Sequence[Button]) -> dict[str, Any]:
    titles = {button.payload: button.title for button in buttons}
    return {
        "attachment": {
            "type": "template",
            "payload": {"template_type": "generic", "elements": [_element(card, titles) for card in cards]},
        }
    }


def _element(card: Card, titles: Mapping[str, str]) -> dict[str, Any]:
    buttons = [
        {"type": "postback", "title": shortened(titles[payload], CAN.title), "payload": payload}
        for payload in card.payloads
        if payload in titles
    ]
    told = {
        "title": shortened(card.title, CARD_LINE_LIMIT),
        "subtitle": shortened(card.subtitle, CARD_LINE_LIMIT),
        "image_url": card.picture,
        "buttons": buttons,
    }
    return {name: value for name, value in told.items() if value}


def _picture(url: str) -> dict[str, Any]:
    return {"attachment": {"type": "image", "payload": {"url": url}}}


def error_of(code: int, subcode: int | None, message: str, tries: int) -> SendError:
    """What Facebook's error asks us to do; `tries` rate errors in a row came before (pauses of 1, 2, 4 … minutes)."""
    told = reason(f"{code}/{subcode}" if subcode else code, message)
    if code in RATE_LIMITED:
        return RateLimited(told, min(60.0 * 2**tries, LONGEST_PAUSE_S))
    if code in TEMPORARY:
        return Retry(told)
    if (code, subcode) == OUTSIDE_WINDOW or (code, subcode) in UNAVAILABLE or (code, None) in UNAVAILABLE:
        return Undeliverable(told)
    if code in OUR_FAULT:
        return Refused(told)
    if code in STOPPED:
        return ChannelStopped(told)
    return Retry(told)


class FacebookSender:
    """Sends as one page; safe to call from many threads."""

    def __init__(self, account: FacebookAccount, graph_url: str) -> None:
        self._url = f"{graph_url.rstrip('/')}/{GRAPH_VERSION}/me/messages"
        self._token = account.page_token
        self._session = requests.Session()
        self._progress = Progress()
        self._rate_errors = 0

    def send(self, out: Outbound) -> str | None:
        """Every part that has not left yet → the last part's id; raises a SendError."""
        return self._progress.send_rest(out.message_id, messages(out.content), partial(self._send_part, out))

    def _send_part(self, out: Outbound, message: dict[str, Any]) -> str | None:
        body = {
            "recipient": {"id": out.user_id},
            "messaging_type": "RESPONSE",
            "message": {**message, "metadata": str(out.message_id)},
        }
        reply = post(self._session, self._url, json=body, params={"access_token": self._token})
        failure = self._failure(reply)
        if failure is not None:
            self._rate_errors = self._rate_errors + 1 if isinstance(failure, RateLimited) else 0
            raise failure
        self._rate_errors = 0
        return words(reply.body, "message_id") or None

    def _failure(self, reply: Reply) -> SendError | None:
        error = part(reply.body, "error")
        if error:
            code, subcode = error.get("code"), error.get("error_subcode")
            return error_of(
                code if isinstance(code, int) else 0,
                subcode if isinstance(subcode, int) else None,
                words(error, "message"),
                self._rate_errors,
            )
        if reply.status >= requests.codes.bad_request:
            return Refused(f"HTTP {reply.status}")
        return None if words(reply.body, "message_id") else Retry("an answer without a message id")
