"""Sending as a Zalo official account: one request per part, within the window, files uploaded first."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from channels.accounts import ZaloAccount
from channels.base import words
from channels.zalo_client import PER_MINUTE, ZaloClient
from channels.zalo_errors import EXPIRED_UPLOAD
from channels.zalo_reading import ANONYMOUS, echo_key
from channels.zalo_rendering import UPLOAD, by_attachment, by_token, messages
from channels.zalo_rules import RULES, ZaloRules
from channels.zalo_tokens import ZaloAddresses
from channels.zalo_uploads import ZaloUploads
from conversations import Database, Outbound, Refused, Undeliverable

CONSULTATION = "/v3.0/oa/message/cs"
TEMPLATE = "/v3.0/oa/message/template"
OUTSIDE = "outside the window for free answers"


class ZaloSender:
    """Sends as one official account; safe to call from many threads."""

    def __init__(
        self,
        account: ZaloAccount,
        addresses: ZaloAddresses,
        db: Database,
        clock: Callable[[], float] = time.time,
        per_minute: float = PER_MINUTE,
        read: Callable[[str], bytes | None] = lambda url: None,
        rules: ZaloRules = RULES,
    ) -> None:
        self.client = ZaloClient(account, addresses, db, clock, per_minute)
        self._uploads = ZaloUploads(self.client, read)
        self._rules = rules

    def send(self, out: Outbound) -> str | None:
        """Every part that has not left yet → the last part's id; raises a SendError."""
        if out.reply_until is not None and out.reply_until.timestamp() <= self.client.clock():
            return self._by_template(out)
        parts = messages(out.content, self._rules.picture)
        return out.progress.send_rest(parts, partial(self._send_part, out.user_id), echo_key)

    def _send_part(self, user_id: str, message: dict[str, Any]) -> str | None:
        if UPLOAD not in message:
            return self._send_message(user_id, message)
        try:
            return self._send_file(user_id, message)
        except Refused as error:
            if not error.reason.startswith(f"{EXPIRED_UPLOAD}:"):
                raise
            self._uploads.forget(message["url"])
            return self._send_file(user_id, message)

    def _send_file(self, user_id: str, file: dict[str, Any]) -> str | None:
        uploaded = self._uploads.id_of(file[UPLOAD], file["url"], file["name"])
        if uploaded is None:
            return None
        return self._send_message(user_id, by_attachment(uploaded) if file[UPLOAD] == "image" else by_token(uploaded))

    def _send_message(self, user_id: str, message: dict[str, Any]) -> str | None:
        body = {"recipient": _recipient(user_id), "message": message}
        return words(self.client.post(CONSULTATION, json=body), "message_id") or None

    def _by_template(self, out: Outbound) -> str | None:
        """Only a paid template may leave now; for everything else a person must find another way."""
        news = out.content.template
        template_id = self._rules.templates.get(news.kind) if news else None
        if news is None or template_id is None:
            raise Undeliverable(OUTSIDE)
        body = {"user_id": out.user_id, "template_id": template_id, "template_data": dict(news.values)}
        answered = partial(self.client.post, TEMPLATE, json=body)
        return out.progress.send_rest([body], lambda _: _message_id(answered()))


def _message_id(answer: Mapping[str, Any]) -> str | None:
    return words(answer, "message_id") or words(answer, "msg_id") or None


def _recipient(user_id: str) -> dict[str, str]:
    """A person without a Zalo account is known by an id and the one of the talk."""
    if not user_id.startswith(ANONYMOUS):
        return {"user_id": user_id}
    anonymous_id, _, talk = user_id.removeprefix(ANONYMOUS).partition("/")
    return {"anonymous_id": anonymous_id, **({"conversation_id": talk} if talk else {})}
