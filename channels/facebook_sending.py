"""Sending through Messenger's Send API: the shape of a message, and what it may be sent as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from channels.accounts import FacebookAccount
from channels.base import Capabilities, words
from channels.facebook_graph import Graph, Terms, is_outside_window
from channels.facebook_usage import UsageWatch, keeping
from channels.fitting import fit
from channels.pace import SteadyPace
from channels.wording import shortened
from conversations import Button, Card, Content, Database, Outbound, Unclear, Undeliverable

NAME = "facebook"
TAGGED = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
CAN = Capabilities(
    text=2_000, buttons=13, title=20, payload=1_000, cards=10, card_buttons=3, typing=True, window=timedelta(hours=24)
)
CARD_LINE_LIMIT = 80


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


class FacebookSender:
    """Sends as one page, at the pace that all delivery processes keep together; safe to call from many threads."""

    def __init__(
        self, account: FacebookAccount, graph_url: str, terms: Terms | None = None, db: Database | None = None
    ) -> None:
        terms = terms or Terms()
        self._pace = SteadyPace(db, NAME, account.name, terms.per_second) if db else None
        watch = UsageWatch(keeping(db, NAME, account.name) if db else lambda _: None)
        self._graph = Graph(account, graph_url, terms.version, watch)
        self._human_agent = terms.human_agent

    def send(self, out: Outbound) -> str | None:
        """Every part that has not left yet → the last part's id; raises a SendError."""
        parts = [{**each, "metadata": f"{out.message_id}/{n}"} for n, each in enumerate(messages(out.content))]
        return out.progress.send_rest(parts, partial(self._send_part, out), lambda each: str(each["metadata"]))

    def _send_part(self, out: Outbound, message: dict[str, Any]) -> str:
        told = {"recipient": {"id": out.user_id}, "message": message}
        may_be_tagged = self._human_agent and out.author == "agent"
        if may_be_tagged and out.reply_until is not None and out.reply_until <= datetime.now(UTC):
            return self._call({**told, **TAGGED})
        try:
            return self._call({**told, "messaging_type": "RESPONSE"})
        except Undeliverable as error:
            if not (may_be_tagged and is_outside_window(error)):  # Facebook's clock, not ours, says when a day is over
                raise
        return self._call({**told, **TAGGED})

    def _call(self, body: dict[str, Any]) -> str:
        if self._pace is not None:
            self._pace.wait()
        message_id = words(self._graph.post("me/messages", body), "message_id")
        if not message_id:
            raise Unclear("an answer without a message id")
        return message_id
