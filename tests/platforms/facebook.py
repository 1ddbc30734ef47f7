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


@dataclass
class FacebookPlatform(StandIn):
    """One page. A `token_alive` of False is a token revoked by its owner."""

    app_secret: str = "fb-app-secret"
    page_token: str = "fb-page-token"
    verify_token: str = "fb-verify"
    token_alive: bool = True
    last_action: dict[str, float] = field(default_factory=dict)
    unavailable: set[str] = field(default_factory=set)

    # --- what the product asks -------------------------------------------------------------------------
    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
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
        return 200, {"recipient_id": user, "message_id": "m_" + uuid.uuid4().hex}

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
        stamp = more.pop("timestamp", int(self.now() * 1000))
        said = {"mid": "m_" + uuid.uuid4().hex, **({} if text is None else {"text": text}), **more}
        return self._by(user, stamp, message=said)

    def postback(self, user: str, title: str, payload: str) -> dict[str, Any]:
        said = {"mid": "m_" + uuid.uuid4().hex, "title": title, "payload": payload}
        return self._by(user, int(self.now() * 1000), postback=said)

    def _by(self, user: str, stamp: int, **what: Any) -> dict[str, Any]:
        self.last_action[user] = self.now()
        return {"sender": {"id": user}, "recipient": {"id": PAGE_ID}, "timestamp": stamp, **what}

    def batch(self, *events: dict[str, Any], page: str = PAGE_ID) -> bytes:
        """A webhook body as Facebook writes it: non-ASCII as lower-case escapes."""
        entry = {"id": page, "time": int(self.now() * 1000), "messaging": list(events)}
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
