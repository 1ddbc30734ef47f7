"""Facebook's stand-in: the Send API with its limits and error shapes; and its signed webhooks, batched or not."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.server import Asked, Shown, StandIn, deliver

WINDOW_S = 24 * 3600
PAGE_ID = "1001"
APP_ID = 1517776481860111


@dataclass
class FacebookPlatform(StandIn):
    """One page. A `token_alive` of False is a token revoked by its owner."""

    rate_per_minute: int = 18_000
    per_second: int = 300
    app_secret: str = "fb-app-secret"
    page_token: str = "fb-page-token"
    verify_token: str = "fb-verify"
    token_alive: bool = True
    last_action: dict[str, float] = field(default_factory=dict)
    unavailable: set[str] = field(default_factory=set)

    # --- what the product asks -------------------------------------------------------------------------
    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        if asked.method == "GET":
            return self._own(asked)
        if not asked.path.endswith("/me/messages"):
            return _error(404, 100, "Unsupported post request")
        if asked.query.get("access_token") != self.page_token or not self.token_alive:
            return _error(401, 190, "Error validating access token", 463)
        if self.too_many():
            return _error(400, 613, "Calls to this api have exceeded the rate limit.")
        body = asked.json()
        user, message = str(body.get("recipient", {}).get("id", "")), body.get("message", {})
        refusal = self._refusal(user, body, message)
        if refusal:
            return refusal
        quick = tuple((q["title"], q["payload"]) for q in message.get("quick_replies", []))
        shown = message.get("attachment", {}).get("payload", {})
        on_cards = tuple((b["title"], b["payload"]) for e in shown.get("elements", []) for b in e.get("buttons", []))
        lines = [e.get(name, "") for e in shown.get("elements", []) for name in ("title", "subtitle")]
        self.show(Shown(user, message.get("text", ""), quick + on_cards, shown.get("url", ""), "\n".join(lines)))
        mid = "m_" + uuid.uuid4().hex
        self._tell_what_it_took(user, message, mid)
        return 200, {"recipient_id": user, "message_id": mid}

    def _tell_what_it_took(self, user: str, message: dict[str, Any], mid: str) -> None:
        told = {name: message[name] for name in ("text", "metadata") if name in message}
        people = {"sender": {"id": PAGE_ID}, "recipient": {"id": user}, "timestamp": self.stamp}
        self.tell(self.batch({**people, "message": {"is_echo": True, "app_id": APP_ID, "mid": mid, **told}}))
        if self.receipts:
            read = {"sender": {"id": user}, "recipient": {"id": PAGE_ID}, "timestamp": self.stamp}
            self.tell(self.batch({**read, "delivery": {"mids": [mid], "watermark": self.stamp}}))

    def _own(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        if asked.query.get("access_token") != self.page_token or not self.token_alive:
            return _error(401, 190, "Error validating access token", 463)
        proof = hmac.new(self.app_secret.encode(), self.page_token.encode(), hashlib.sha256).hexdigest()
        if asked.query.get("appsecret_proof") != proof:
            return _error(400, 100, "Invalid appsecret_proof provided in the API argument")
        if asked.path.endswith("/me"):
            return 200, {"id": PAGE_ID, "name": "Điện lực Ba Đình"}
        return 200, {"id": "190012345678901", "name": "EVN"}

    def _refusal(self, user: str, body: dict[str, Any], message: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        if not user or body.get("messaging_type") != "RESPONSE":
            return _error(400, 100, "(#100) Invalid parameter")
        if not (message.get("text") or message.get("attachment")) or len(message.get("text", "")) > 2000:
            return _error(400, 100, "(#100) Length of param message[text] must be less than or equal to 2000")
        quick = message.get("quick_replies", [])
        if len(quick) > 13 or any(not 0 < len(q["title"]) <= 20 or len(q["payload"]) > 1000 for q in quick):
            return _error(400, 100, "(#100) Invalid quick_replies")
        elements = message.get("attachment", {}).get("payload", {}).get("elements", [])
        if len(elements) > 10 or not all(_is_card(element) for element in elements):
            return _error(400, 100, "(#100) Invalid elements")
        if user in self.unavailable:
            return _error(400, 551, "This person isn't available right now.")
        if self.now() - self.last_action.get(user, 0.0) > WINDOW_S:
            return _error(400, 10, "(#10) This message is sent outside of allowed window.", 2018278)
        return None

    # --- what customers do -----------------------------------------------------------------------------
    def message(self, user: str, text: str | None = None, **more: Any) -> dict[str, Any]:
        """One messaging event; `timestamp` and `mid` are made up unless given."""
        stamp = more.pop("timestamp", self.stamp)
        said = {"mid": "m_" + uuid.uuid4().hex, **({} if text is None else {"text": text}), **more}
        return self._by(user, stamp, message=said)

    def postback(self, user: str, title: str, payload: str) -> dict[str, Any]:
        said = {"mid": "m_" + uuid.uuid4().hex, "title": title, "payload": payload}
        return self._by(user, self.stamp, postback=said)

    def _by(self, user: str, stamp: int, **what: Any) -> dict[str, Any]:
        self.last_action[user] = self.now()
        return {"sender": {"id": user}, "recipient": {"id": PAGE_ID}, "timestamp": stamp, **what}

    def batch(self, *events: dict[str, Any], page: str = PAGE_ID) -> bytes:
        """A webhook body as Facebook writes it: non-ASCII as lower-case escapes."""
        entry = {"id": page, "time": self.stamp, "messaging": list(events)}
        return json.dumps({"object": "page", "entry": [entry]}).encode()

    def signature(self, body: bytes) -> str:
        return "sha256=" + hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()

    def deliver(self, gateway: str, body: bytes, retry: int = 0) -> int:
        """One delivery of `body` (a redelivery looks the same) → the HTTP status."""
        return deliver(gateway, "facebook", body, {"X-Hub-Signature-256": self.signature(body)})


def _is_card(element: dict[str, Any]) -> bool:
    lines = [element.get("title", ""), element.get("subtitle", "")]
    buttons = element.get("buttons", [])
    fits = 0 < len(lines[0]) <= 80 and len(lines[1]) <= 80 and len(buttons) <= 3
    named = all(0 < len(b["title"]) <= 20 and len(b["payload"]) <= 1000 for b in buttons)
    return fits and named and bool(lines[1] or buttons or element.get("image_url"))


def _error(status: int, code: int, message: str, subcode: int | None = None) -> tuple[int, dict[str, Any]]:
    told: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": uuid.uuid4().hex}
    return status, {"error": told if subcode is None else {**told, "error_subcode": subcode}}
