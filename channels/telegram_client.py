"""Calling Telegram through python-telegram-bot from our threads: one event loop a process, its errors in the spine's words.

Never imported by the gateway: the library takes a second and 30 MB, and its event loop does not go with gevent.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import weakref
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

import requests
import telegram
from telegram import error as refused
from telegram.request import HTTPXRequest

from channels.base import words
from channels.calls import post, reason
from channels.wording import shortened
from conversations import ChannelStopped, RateLimited, Refused, Retry, SendError, Undeliverable

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's next behaviour; it warns at each 429 otherwise

ANSWER_S, UPLOAD_S, CONNECT_S = 10.0, 20.0, 5.0
CONNECTIONS = 16
UNREACHABLE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
NOTHING_TO_CHANGE = ("message is not modified", "message to edit not found")
Result = TypeVar("Result")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The process's loop, in a thread of its own; made at the first call."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs each address, and the address holds the token
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="telegram", daemon=True).start()
    return loop


def _close(request: HTTPXRequest) -> None:
    asyncio.run_coroutine_threadsafe(request.shutdown(), _loop())


class TelegramClient:
    """One bot; safe to call from many threads. Every method raises a SendError."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        base = api_url.rstrip("/")
        self._url, self._session = f"{base}/bot{token}", requests.Session()
        request = HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            connect_timeout=CONNECT_S,
            read_timeout=ANSWER_S,
            write_timeout=ANSWER_S,
            media_write_timeout=UPLOAD_S,
            pool_timeout=ANSWER_S,
            httpx_kwargs={"trust_env": not base.startswith("http://127.0.0.1")},
        )
        self.bot = telegram.Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=request,
            get_updates_request=request,
        )

        weakref.finalize(self, _close, request).atexit = False

    def run(self, call: Coroutine[Any, Any, Result]) -> Result:
        """What `call`, made of `bot`, answers."""
        try:
            return asyncio.run_coroutine_threadsafe(call, _loop()).result()
        except refused.TelegramError as error:
            raise error_of(error, self._token) from None  # the library's own words may hold the token

    def send(self, chat: str, call: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
        """Make one call of `telegram_rendering` → the message's id. `files` are the bytes behind addresses of ours."""
        chat_id = int(chat) if chat.lstrip("-").isdigit() else chat
        match call["method"]:
            case "sendMessage":
                keyboard = keyboard_of(call.get("reply_markup"))
                sent = self.run(self.bot.send_message(chat_id, call["text"], reply_markup=keyboard))
            case "sendPhoto":
                sent = self.run(self.bot.send_photo(chat_id, files.get(call["photo"], call["photo"])))
            case "sendDocument":
                name = call["document"].rpartition(":")[2]
                data = files.get(call["document"], call["document"])
                sent = self.run(self.bot.send_document(chat_id, data, filename=name))
            case other:
                raise Refused(f"no call {other}")
        return str(sent.message_id)

    def change(self, chat: str, message_id: int, text: str, markup: Mapping[str, Any]) -> None:
        """A message of ours as it reads now; the same again, or one that is gone, changes nothing."""
        keyboard = telegram.InlineKeyboardMarkup.de_json(dict(markup), None)
        try:
            self.run(self.bot.edit_message_text(text, chat_id=int(chat), message_id=message_id, reply_markup=keyboard))
        except Refused as error:
            if not any(sign in error.reason.lower() for sign in NOTHING_TO_CHANGE):
                raise

    def updates(self, offset: int | None, wait_s: int, kinds: Sequence[str]) -> list[dict[str, Any]]:
        """What waits from update `offset` on, as Telegram wrote it, asked for at most `wait_s`.

        Past the library, which would refuse, and log, a whole batch for one update that it can't read.
        """
        asked = {"offset": offset, "timeout": wait_s, "allowed_updates": list(kinds)}
        reply = post(self._session, f"{self._url}/getUpdates", json={k: v for k, v in asked.items() if v is not None})
        if reply.status in (requests.codes.unauthorized, requests.codes.not_found, requests.codes.conflict):
            raise ChannelStopped(reason(reply.status, words(reply.body, "description")))
        found = reply.body.get("result")
        if not isinstance(found, list):
            raise Retry(reason(reply.status, words(reply.body, "description")))
        return [each for each in found if isinstance(each, dict) and isinstance(each.get("update_id"), int)]


Keyboard = telegram.InlineKeyboardMarkup | telegram.ReplyKeyboardMarkup | telegram.ReplyKeyboardRemove


def keyboard_of(markup: Mapping[str, Any] | None) -> Keyboard | None:
    """The library's form of a `reply_markup`."""
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        return telegram.InlineKeyboardMarkup.de_json(dict(markup), None)
    if "keyboard" in markup:
        return telegram.ReplyKeyboardMarkup(
            [[telegram.KeyboardButton(**key) for key in row] for row in markup["keyboard"]],
            one_time_keyboard=True,
            resize_keyboard=True,
        )
    return telegram.ReplyKeyboardRemove()


def error_of(error: refused.TelegramError, token: str) -> SendError:
    """What a refusal asks us to do; nothing of it holds the token."""
    told = reason(type(error).__name__, error.message.replace(token, "…"))
    match error:
        case refused.RetryAfter():
            after = error.retry_after
            return RateLimited(told, after.total_seconds() if isinstance(after, timedelta) else float(after))
        case refused.InvalidToken() | refused.Conflict():
            return ChannelStopped(told)
        case refused.Forbidden() | refused.ChatMigrated():
            return Undeliverable(told)
        case refused.BadRequest():
            gone = any(sign in error.message.lower() for sign in UNREACHABLE)
            return Undeliverable(told) if gone else Refused(told)
        case _:  # timeouts (it may have been taken all the same), the network, Telegram's own faults
            return Retry(shortened(told, 300))
