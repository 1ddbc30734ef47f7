"""Sending through Zalo's OA API v3: the shape of a message, what its error numbers mean, one request per part."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import requests

from channels.accounts import ZaloAccount
from channels.base import Capabilities, part, words
from channels.calls import Progress, Reply, post, reason
from channels.fitting import fit
from channels.wording import shortened
from channels.zalo_tokens import ZaloAddresses, ZaloTokens
from conversations import (
    Button,
    ChannelStopped,
    Content,
    Database,
    Outbound,
    RateLimited,
    Refused,
    Retry,
    SendError,
    Undeliverable,
)

__all__ = ["CAN", "ZaloAddresses", "ZaloSender", "error_of", "messages"]

CAN = Capabilities(text=2_000, buttons=5, title=100, payload=1_000, window=timedelta(days=7))
TOKEN_REJECTED = {-216, -220}
UNREACHABLE = {-213, -217, -218, -227, -230, -232, -244}
OUR_FAULT = {-100, -201, -210, -233, -240, -248}
STOPPED = {-204, -205, -209, -211, -212, -216, -219, -220, -221, -223, -224, -320, -321}
RATE_LIMITED = -32


def messages(content: Content) -> list[dict[str, Any]]:
    """The `message` objects that show `content`: text in parts, buttons under the last, pictures after it."""
    shown = fit(content, CAN)
    parts: list[dict[str, Any]] = [{"text": each} for each in shown.texts]
    if shown.buttons:
        parts[-1]["attachment"] = {"type": "template", "payload": {"buttons": [_button(b) for b in shown.buttons]}}
    return parts + [_picture(url) for url in shown.pictures]


def _button(button: Button) -> dict[str, Any]:
    # A tap comes back as a text that is the payload; "hide" keeps it out of the customer's view.
    return {"title": shortened(button.title, CAN.title), "type": "oa.query.hide", "payload": button.payload}


def _picture(url: str) -> dict[str, Any]:
    media = {"template_type": "media", "elements": [{"media_type": "image", "url": url}]}
    return {"attachment": {"type": "template", "payload": media}}


def error_of(code: int, message: str, now_s: float) -> SendError:
    """What Zalo's error number asks us to do; a number that we do not know is worth another try."""
    told = reason(code, message)
    if code == RATE_LIMITED:
        return RateLimited(told, 60.0 - now_s % 60.0)  # counted per minute of the clock
    if code in UNREACHABLE:
        return Undeliverable(told)
    if code in OUR_FAULT:
        return Refused(told)
    if code in STOPPED:
        return ChannelStopped(told)
    return Retry(told)


class ZaloSender:
    """Sends as one official account; safe to call from many threads."""

    def __init__(
        self, account: ZaloAccount, addresses: ZaloAddresses, db: Database, clock: Callable[[], float] = time.time
    ) -> None:
        self._url = addresses.api.rstrip("/") + "/v3.0/oa/message/cs"
        self._session = requests.Session()
        self._tokens = ZaloTokens(account, addresses, db, self._session, clock)
        self._clock = clock
        self._progress = Progress()

    def send(self, out: Outbound) -> str | None:
        """Every part that has not left yet → the last part's id; raises a SendError."""
        return self._progress.send_rest(out.message_id, messages(out.content), partial(self._send_part, out.user_id))

    def _send_part(self, user_id: str, message: dict[str, Any]) -> str | None:
        body = {"recipient": {"user_id": user_id}, "message": message}
        token = self._tokens.current()
        reply = self._post(body, token)
        if _token_rejected(reply):
            reply = self._post(body, self._tokens.replacing(token))
        code = _code(reply)
        if code != 0:
            raise error_of(code, words(reply.body, "message"), self._clock())
        return words(part(reply.body, "data"), "message_id") or None

    def _post(self, body: dict[str, Any], token: str) -> Reply:
        return post(self._session, self._url, json=body, headers={"access_token": token})


def _code(reply: Reply) -> int:
    """Zalo's error number; errors come as HTTP 200, other statuses get a number of their own kind."""
    code = reply.body.get("error")
    if isinstance(code, int) and code != 0:
        return code
    if reply.status == requests.codes.unauthorized:
        return -216
    if reply.status >= requests.codes.bad_request:
        return -201
    return 0 if code == 0 else -200


def _token_rejected(reply: Reply) -> bool:
    return _code(reply) in TOKEN_REJECTED
