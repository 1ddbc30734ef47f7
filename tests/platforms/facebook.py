"""Facebook's stand-in: Graph with its proofs, windows, tags, limits and owners of threads; and its signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.platforms.facebook_page import PageSetup, error
from tests.platforms.server import Asked, Shown, StandIn, deliver

WINDOW_S, HUMAN_AGENT_S = 24 * 3600, 7 * 24 * 3600
PAGE_ID, APP_ID = "1001", "190012345678901"
PAGE_INBOX = "263902037430900"
ACTIONS = {"mark_seen", "typing_on", "typing_off"}
BUTTON_TYPES = {"postback", "web_url", "phone_number"}
Told = tuple[int, dict[str, Any]]


@dataclass
class FacebookPlatform(StandIn):
    """One page with its app. A `token_alive` of False is a token revoked by its owner; `owner` names the app that holds a
    person's thread when that is not ours; `usage` is told beside each answer, in per cent."""

    rate_per_minute: int = 18_000
    per_second: int = 300
    app_secret: str = "fb-app-secret"
    page_token: str = "fb-page-token"
    verify_token: str = "fb-verify"
    page_id: str = PAGE_ID
    app_id: str = APP_ID
    token_alive: bool = True
    human_agent: bool = False
    usage: float | None = None
    last_action: dict[str, float] = field(default_factory=dict)
    unavailable: set[str] = field(default_factory=set)
    owner: dict[str, str] = field(default_factory=dict)
    known_as: dict[str, str] = field(default_factory=dict)
    actions: list[tuple[str, str]] = field(default_factory=list)
    setup: PageSetup = field(default_factory=PageSetup)

    # --- what the product asks -------------------------------------------------------------------------
    def answer(self, asked: Asked) -> Told:
        version, _, path = asked.path.lstrip("/").partition("/")
        refusal = self._stranger(asked)
        if refusal:
            return refusal
        if not version.startswith("v"):
            return error(400, 2500, "Unknown path components")
        if path == "me/messages":
            return self._message(asked)
        if path in ("me/pass_thread_control", "me/take_thread_control"):
            return self._thread(path, asked.json())
        if path.endswith("/ids_for_pages"):
            return self._ids(path.partition("/")[0], asked)
        return self.setup.answer(asked, path, self)

    def headers(self) -> dict[str, str]:
        if self.usage is None:
            return {}
        share = {"call_count": self.usage, "total_cputime": 1, "total_time": 1}
        case = {"type": "messenger", **share, "estimated_time_to_regain_access": 0}
        return {
            "X-App-Usage": json.dumps(dict.fromkeys(share, 1)),
            "X-Business-Use-Case-Usage": json.dumps({self.page_id: [case]}),
        }

    @property
    def app_token(self) -> str:
        return f"{self.app_id}|{self.app_secret}"

    def _stranger(self, asked: Asked) -> Told | None:
        token = asked.query.get("access_token", "")
        if token not in (self.page_token, self.app_token) or not self.token_alive:
            return error(401, 190, "Error validating access token", 463)
        proof = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if asked.query.get("appsecret_proof") != proof:
            return error(400, 100, "Invalid appsecret_proof provided in the API argument")
        if self.too_many() or (self.usage or 0) >= 100:
            return error(400, 613, "Calls to this api have exceeded the rate limit.")
        return None

    def _message(self, asked: Asked) -> Told:
        body = asked.json()
        user, message = str(body.get("recipient", {}).get("id", "")), body.get("message", {})
        if "sender_action" in body:
            return self._action(user, body)
        refusal = self._wrong(user, body, message) or self._unreachable(user, body)
        if refusal:
            return refusal
        quick = tuple((q["title"], q["payload"]) for q in message.get("quick_replies", []))
        shown = message.get("attachment", {}).get("payload", {})
        on_cards = tuple((b["title"], b["payload"]) for e in shown.get("elements", []) for b in e.get("buttons", []))
        cards = [f"{e.get('title', '')}\n{e.get('subtitle', '')}".strip() for e in shown.get("elements", [])]
        self.show(Shown(user, message.get("text", ""), quick + on_cards, shown.get("url", ""), "\n\n".join(cards)))
        mid = "m_" + uuid.uuid4().hex
        self._tell_what_it_took(user, message, mid)
        return 200, {"recipient_id": user, "message_id": mid}

    def _tell_what_it_took(self, user: str, message: dict[str, Any], mid: str) -> None:
        told = {name: message[name] for name in ("text", "metadata") if name in message}
        people = {"sender": {"id": self.page_id}, "recipient": {"id": user}, "timestamp": self.stamp}
        self.tell(self.batch({**people, "message": {"is_echo": True, "app_id": int(self.app_id), "mid": mid, **told}}))
        if self.receipts:
            read = {"sender": {"id": user}, "recipient": {"id": self.page_id}, "timestamp": self.stamp}
            self.tell(self.batch({**read, "delivery": {"mids": [mid], "watermark": self.stamp}}))

    def _action(self, user: str, body: dict[str, Any]) -> Told:
        if "message" in body or body["sender_action"] not in ACTIONS:
            return error(400, 100, "Cannot send both message and state at the same time.", 2018048)
        refusal = self._unreachable(user, body)
        if refusal is None:
            self.actions.append((user, body["sender_action"]))
            self.more.notify_all()
        return refusal or (200, {"recipient_id": user})

    def _wrong(self, user: str, body: dict[str, Any], message: dict[str, Any]) -> Told | None:
        if not user or body.get("messaging_type") not in ("RESPONSE", "MESSAGE_TAG"):
            return error(400, 100, "(#100) Invalid parameter")
        if (body["messaging_type"] == "MESSAGE_TAG") != ("tag" in body) or body.get(
            "tag", "HUMAN_AGENT"
        ) != "HUMAN_AGENT":
            return error(400, 100, "(#100) Invalid tag: other tags ended on 2026-04-27")
        if not (message.get("text") or message.get("attachment")) or len(message.get("text", "")) > 2000:
            return error(400, 100, "(#100) Length of param message[text] must be less than or equal to 2000")
        if len(message.get("metadata", "")) > 1000:
            return error(400, 100, "(#100) Length of param message[metadata] must be less than or equal to 1000")
        quick = message.get("quick_replies", [])
        if len(quick) > 13 or any(not 0 < len(q["title"]) <= 20 or len(q["payload"]) > 1000 for q in quick):
            return error(400, 100, "(#100) Invalid quick_replies")
        elements = message.get("attachment", {}).get("payload", {}).get("elements", [])
        if len(elements) > 10 or not all(_is_card(element) for element in elements):
            return error(400, 100, "(#100) Invalid elements")
        return None

    def _unreachable(self, user: str, body: dict[str, Any]) -> Told | None:
        if user in self.unavailable:
            return error(400, 551, "This person isn't available right now.")
        if self.owner.get(user, self.app_id) != self.app_id:
            told = "(#10) Message failed to send because another app is controlling this thread now."
            return error(400, 10, told, 2018300)
        if "tag" in body and not self.human_agent:
            return error(400, 200, "(#200) To use the human agent tag the app must be reviewed")
        open_s = HUMAN_AGENT_S if "tag" in body else WINDOW_S
        if self.now() - self.last_action.get(user, 0.0) > open_s:
            return error(400, 10, "(#10) This message is sent outside of allowed window.", 2018278)
        return None

    def _thread(self, path: str, body: dict[str, Any]) -> Told:
        user = str(body.get("recipient", {}).get("id", ""))
        if not user or ("pass" in path and not body.get("target_app_id")):
            return error(400, 100, "(#100) Invalid parameter")
        self.owner[user] = str(body["target_app_id"]) if "pass" in path else self.app_id
        self.more.notify_all()
        return 200, {"success": True}

    def _ids(self, person: str, asked: Asked) -> Told:
        if asked.query["access_token"] != self.app_token:
            return error(400, 100, "(#100) Must be called with an app token")
        found = [{"id": self.known_as[person], "page": {"id": self.page_id}}] if person in self.known_as else []
        return 200, {"data": found}

    # --- what customers, staff and Facebook do ---------------------------------------------------------
    def message(self, user: str, text: str | None = None, **more: Any) -> dict[str, Any]:
        """One messaging event; `timestamp` and `mid` are made up unless given."""
        stamp = more.pop("timestamp", self.stamp)
        said = {"mid": "m_" + uuid.uuid4().hex, **({} if text is None else {"text": text}), **more}
        return self._by(user, stamp, message=said)

    def postback(self, user: str, title: str, payload: str, **more: Any) -> dict[str, Any]:
        said = {"mid": "m_" + uuid.uuid4().hex, "title": title, "payload": payload, **more}
        return self._by(user, self.stamp, postback=said)

    def event(self, user: str, **what: Any) -> dict[str, Any]:
        """An event of any other kind; `timestamp` is now unless given."""
        return self._by(user, what.pop("timestamp", self.stamp), **what)

    def echo(self, user: str, text: str, app_id: str = PAGE_INBOX, **more: Any) -> dict[str, Any]:
        """What the page sent to a customer, as the app of `app_id`."""
        sent = {"mid": "m_" + uuid.uuid4().hex, "text": text, "is_echo": True, "app_id": int(app_id), **more}
        stamp = self.stamp
        return {"sender": {"id": self.page_id}, "recipient": {"id": user}, "timestamp": stamp, "message": sent}

    def _by(self, user: str, stamp: int, **what: Any) -> dict[str, Any]:
        self.last_action[user] = self.now()
        return {"sender": {"id": user}, "recipient": {"id": self.page_id}, "timestamp": stamp, **what}

    def batch(self, *events: dict[str, Any], page: str = "", standby: bool = False) -> bytes:
        """A webhook body as Facebook writes it: non-ASCII as lower-case escapes."""
        channel = "standby" if standby else "messaging"
        entry = {"id": page or self.page_id, "time": self.stamp, channel: list(events)}
        return json.dumps({"object": "page", "entry": [entry]}).encode()

    def signature(self, body: bytes) -> str:
        return "sha256=" + hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()

    def deliver(self, gateway: str, body: bytes, retry: int = 0) -> int:
        """One delivery of `body` (a redelivery looks the same) → the HTTP status."""
        return deliver(gateway, "facebook", body, {"X-Hub-Signature-256": self.signature(body)})

    def signed_request(self, person: str, **more: Any) -> str:
        """What the data deletion call-back is told about somebody who removed the app."""
        wish = {"algorithm": "HMAC-SHA256", "issued_at": int(self.now()), "user_id": person, **more}
        payload = base64.urlsafe_b64encode(json.dumps(wish).encode()).rstrip(b"=")
        signature = hmac.new(self.app_secret.encode(), payload, hashlib.sha256).digest()
        return f"{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}.{payload.decode()}"

    def call(self, url: str, verify_token: str) -> bool:
        """Facebook's handshake with a webhook address."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": "1158201444"}
        try:
            return requests.get(url, params=asked, timeout=5).text == "1158201444"
        except requests.RequestException:
            return False


def _is_card(element: dict[str, Any]) -> bool:
    lines = [element.get("title", ""), element.get("subtitle", "")]
    buttons = element.get("buttons", [])
    fits = 0 < len(lines[0]) <= 80 and len(lines[1]) <= 80 and len(buttons) <= 3
    named = all(0 < len(b["title"]) <= 20 and len(b["payload"]) <= 1000 for b in buttons)
    typed = all(b["type"] in BUTTON_TYPES for b in buttons)
    return fits and named and typed and bool(lines[1] or buttons or element.get("image_url"))
