"""Zalo's stand-in: access tokens that expire, refresh tokens that work once, limits, windows; signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.server import Asked, Shown, StandIn, deliver
from tests.platforms.zalo_files import ZaloFiles

TOKEN_LIVES_S = 25 * 3600
WINDOW_S = 7 * 24 * 3600
OA_ID = "388613280878808645"
TEMPLATE = "/v3.0/oa/message/template"
ACCESSED = {"/v3.0/oa/message/cs", TEMPLATE, "/v2.0/oa/getoa", "/v2.0/oa/upload/image", "/v2.0/oa/upload/file"}


@dataclass
class ZaloPlatform(StandIn):
    """One app with one official account. `lenient` takes any refresh token that was not used before (practice)."""

    spared: frozenset[str] = frozenset({"/v4/oa/access_token"})  # a lost answer there is its own test
    app_id: str = "4318657068771012646"
    app_secret: str = "zalo-app-secret"
    oa_secret_key: str = "zalo-oa-secret"
    refresh_token: str = "refresh-0"
    lenient: bool = False
    tokens: dict[str, float] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    last_action: dict[str, float] = field(default_factory=dict)
    blocked_by: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)
    files: ZaloFiles = field(default_factory=ZaloFiles)
    codes: dict[str, str] = field(default_factory=dict)  # consents: the code with its PKCE challenge
    before_renewing: Callable[[], bool] = lambda: True  # False: the request has no effect
    after_renewing: Callable[[], None] = lambda: None  # the old pair is dead, the answer not yet on its way

    # --- what the product asks -------------------------------------------------------------------------
    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        if asked.path == "/v4/oa/access_token":
            return 200, self._renew(asked)
        if asked.path in ACCESSED:
            return 200, self._token_refusal(asked) or self._accessed(asked)
        return 404, {"error": -201, "message": "unknown path"}

    def _renew(self, asked: Asked) -> dict[str, Any]:
        form = asked.form()
        token = form.get("refresh_token", "")
        headers = {name.lower(): value for name, value in asked.headers.items()}
        if headers.get("secret_key") != self.app_secret or form.get("app_id") != self.app_id:
            return {
                "error": -14004,
                "error_name": "Invalid app id or secret",
                "error_reason": "",
                "error_description": "",
            }
        if not self.before_renewing():
            return {}
        if form.get("grant_type") == "authorization_code":
            if self.codes.pop(form.get("code", ""), None) != challenge(form.get("code_verifier", "")):
                return {"error": -14003, "error_name": "Invalid authorization code", "error_reason": "used or unknown"}
        elif form.get("grant_type") != "refresh_token" or token in self.used or not self._knows(token):
            return {"error": -14020, "error_name": "Invalid refresh token", "error_reason": "reused or unknown"}
        self.used.add(token)
        answer = self._new_pair()
        self.after_renewing()
        return answer

    def _knows(self, refresh_token: str) -> bool:
        return self.lenient or refresh_token == self.refresh_token

    def _new_pair(self) -> dict[str, Any]:
        self.tokens = {"access-" + uuid.uuid4().hex: self.now() + TOKEN_LIVES_S}  # the old pair dies at once
        self.refresh_token = "refresh-" + uuid.uuid4().hex
        return {"access_token": next(iter(self.tokens)), "refresh_token": self.refresh_token, "expires_in": "90000"}

    def _token_refusal(self, asked: Asked) -> dict[str, Any] | None:
        headers = {name.lower(): value for name, value in asked.headers.items()}
        token = headers.get("access_token", "")
        if token not in self.tokens:
            return {"error": -216, "message": "Access token is invalid"}
        if self.tokens[token] <= self.now():
            return {"error": -220, "message": "Access token has expired"}
        return {"error": -32, "message": "Rate limit"} if self.too_many() else None

    def _accessed(self, asked: Asked) -> dict[str, Any]:
        if asked.path == "/v2.0/oa/getoa":
            return {
                "error": 0,
                "message": "Success",
                "data": {"oa_id": OA_ID, "name": "Điện lực thử", "is_verified": True},
            }
        if asked.path.startswith("/v2.0/oa/upload/"):
            return self.files.upload(asked, self.now())
        return self._template(asked.json()) if asked.path == TEMPLATE else self._show(asked)

    def _template(self, body: dict[str, Any]) -> dict[str, Any]:
        """A paid one; there is no window for it."""
        user, data = str(body.get("user_id", "")), body.get("template_data")
        if body.get("template_id") not in self.templates or not user or not isinstance(data, dict):
            return {"error": -201, "message": "template_id is invalid!"}
        self.show(Shown(user, " ".join(str(value) for value in data.values())))
        return {"error": 0, "message": "Success", "data": {"message_id": uuid.uuid4().hex, "user_id": user}}

    def _show(self, asked: Asked) -> dict[str, Any]:
        body = asked.json()
        recipient, message = body.get("recipient", {}), body.get("message", {})
        user = str(recipient.get("user_id") or recipient.get("anonymous_id") or "")
        refusal = self._refusal(user, message)
        if refusal:
            return refusal
        buttons = tuple((b["title"], b["payload"]) for b in _buttons(message))
        self.show(Shown(user, message.get("text", ""), buttons + _requests(message), _picture(message)))
        message_id = uuid.uuid4().hex
        self._tell_what_it_took(user, message, message_id)
        sent = {"message_id": message_id, "user_id": user, "sent_time": str(self.stamp)}
        return {"error": 0, "message": "Success", "data": {**sent, "quota": {"quota_type": "reply"}}}

    def headers(self) -> dict[str, str]:
        return {"X-RateLimit-Limit": str(self.rate_per_minute), "X-RateLimit-Remain": str(self.remaining)}

    def _tell_what_it_took(self, user: str, message: dict[str, Any], message_id: str) -> None:
        kind = "oa_send_image" if _picture(message) else "oa_send_text"
        told = {"msg_id": message_id, **({"text": message["text"]} if message.get("text") else {})}
        self.tell(self.from_oa(user, kind, told))
        if self.receipts:
            self.tell(self.from_oa(user, "user_received_message", {"msg_id": message_id}))

    def from_oa(self, user: str, event_name: str, message: dict[str, Any], **more: str) -> bytes:
        """An event whose sender is the account: an echo or a receipt."""
        head = {"app_id": self.app_id, "user_id_by_app": "7" + user, "event_name": event_name}
        people = {"timestamp": str(self.stamp), "sender": {"id": OA_ID}, "recipient": {"id": user}}
        return json.dumps({**head, **people, "message": message, **more}, ensure_ascii=False).encode()

    def _refusal(self, user: str, message: dict[str, Any]) -> dict[str, Any] | None:
        if not user or not (message.get("text") or message.get("attachment")):
            return {"error": -201, "message": "user_id or message is invalid!"}
        if len(message.get("text", "")) > 2000:
            return {"error": -210, "message": "text is too long"}
        buttons = _buttons(message)
        if len(buttons) > 5 or any(len(b["title"]) > 100 or len(b["payload"]) > 1000 for b in buttons):
            return {"error": -201, "message": "buttons is invalid!"}
        if wrong := self.files.refusal(message, self.now()):
            return wrong
        if user in self.blocked_by:
            return {"error": -244, "message": "user has restricted this OA"}
        if self.now() - self.last_action.get(user, 0.0) > WINDOW_S:
            return {"error": -230, "message": "User has not interacted with the OA in the past 7 days"}
        return None

    # --- what customers do -----------------------------------------------------------------------------
    def event(self, user: str, event_name: str = "user_send_text", **message: Any) -> bytes:
        """The body of one event; a `msg_id` and the time are made up unless given."""
        stamp = str(message.pop("timestamp", self.stamp))
        said = {"msg_id": uuid.uuid4().hex[:20], **message}
        told = {
            "app_id": self.app_id,
            "user_id_by_app": "7" + user,
            "event_name": event_name,
            "timestamp": stamp,
            "sender": {"id": user},
            "recipient": {"id": OA_ID},
            "message": said,
        }
        self.last_action[user] = self.now()
        return json.dumps(told, ensure_ascii=False).encode()

    def follow(self, user: str) -> bytes:
        told = {
            "app_id": self.app_id,
            "event_name": "follow",
            "oa_id": OA_ID,
            "follower": {"id": user},
            "user_id_by_app": "7" + user,
            "source": "oa_profile",
            "timestamp": str(self.stamp),
        }
        self.last_action[user] = self.now()
        return json.dumps(told).encode()

    def submits(self, user: str, **info: Any) -> bytes:
        """What the customer fills in on the card that asks for contact data."""
        told = json.loads(self.event(user, "user_submit_info"))
        del told["message"]
        return json.dumps({**told, "info": info}, ensure_ascii=False).encode()

    def signature(self, body: bytes) -> str:
        stamp = json.loads(body)["timestamp"]
        told = self.app_id.encode() + body + str(stamp).encode() + self.oa_secret_key.encode()
        return "mac=" + hashlib.sha256(told).hexdigest()

    def deliver(self, gateway: str, body: bytes, retry: int = 0) -> int:
        """One delivery, or redelivery number `retry`, of `body` → the HTTP status."""
        headers = {"X-ZEvent-Signature": self.signature(body), **({"num_retry": str(retry)} if retry else {})}
        return deliver(gateway, "zalo", body, headers)


def challenge(verifier: str) -> str:
    """The PKCE challenge (S256) of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    payload = message.get("attachment", {}).get("payload", {})
    return list(payload.get("buttons", []))


def _requests(message: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The card that asks for contact data, as a button of its title."""
    payload = message.get("attachment", {}).get("payload", {})
    asked = payload.get("elements", []) if payload.get("template_type") == "request_user_info" else []
    return tuple((each["title"], "<phone>") for each in asked)


def _picture(message: dict[str, Any]) -> str:
    attachment = message.get("attachment", {})
    payload = attachment.get("payload", {})
    if attachment.get("type") == "file":
        return str(payload.get("token", ""))
    elements = payload.get("elements", []) if payload.get("template_type") == "media" else []
    return str(elements[0].get("url") or elements[0].get("attachment_id")) if elements else ""
