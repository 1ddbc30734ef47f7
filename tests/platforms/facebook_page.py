"""How a page and its app are set up at Facebook's stand-in: token, webhook, subscriptions, what the page shows."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.platforms.server import Asked

FIELDS = {
    "messages",
    "messaging_postbacks",
    "messaging_optins",
    "messaging_referrals",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_echoes",
    "message_edits",
    "messaging_handovers",
    "standby",
}
PROFILE = {"get_started", "greeting", "persistent_menu", "ice_breakers"}
Told = tuple[int, dict[str, Any]]


def error(status: int, code: int, message: str, subcode: int | None = None) -> Told:
    """A refusal as Graph words it."""
    told: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": uuid.uuid4().hex}
    return status, {"error": told if subcode is None else {**told, "error_subcode": subcode}}


class Page(Protocol):
    """What the set-up must know of its platform."""

    page_id: str
    app_id: str
    page_token: str

    @property
    def app_token(self) -> str: ...

    def call(self, url: str, verify_token: str) -> bool: ...


@dataclass
class PageSetup:
    """What was set up; `written` counts changes. `scopes` is what the page token may do."""

    scopes: list[str] = field(default_factory=lambda: ["pages_messaging", "pages_manage_metadata"])
    expires_at: int = 0
    webhook: dict[str, Any] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    profile: dict[str, Any] = field(default_factory=dict)
    written: int = 0

    def answer(self, asked: Asked, path: str, page: Page) -> Told:
        as_app = asked.query["access_token"] == page.app_token
        routes = {
            ("GET", "me", False): lambda: (200, {"id": page.page_id, "name": "Điện lực Ba Đình"}),
            ("GET", "app", False): lambda: (200, {"id": page.app_id, "name": "EVN"}),
            ("GET", "debug_token", True): lambda: self._token(asked, page),
            ("GET", f"{page.app_id}/subscriptions", True): lambda: (200, {"data": self._webhooks()}),
            ("POST", f"{page.app_id}/subscriptions", True): lambda: self._hook(asked.json(), page),
            ("GET", f"{page.page_id}/subscribed_apps", False): lambda: (200, {"data": self._apps(page)}),
            ("POST", f"{page.page_id}/subscribed_apps", False): lambda: self._subscribe(asked.json()),
            ("GET", "me/messenger_profile", False): lambda: self._shown(asked),
            ("POST", "me/messenger_profile", False): lambda: self._show(asked.json()),
        }
        found = routes.get((asked.method, path, as_app))
        return found() if found else error(404, 100, "Unsupported request")

    def _token(self, asked: Asked, page: Page) -> Told:
        alive = asked.query.get("input_token") == page.page_token
        told = {"is_valid": alive, "app_id": page.app_id, "type": "PAGE", "profile_id": page.page_id}
        return 200, {"data": {**told, "scopes": self.scopes, "expires_at": self.expires_at}}

    def _webhooks(self) -> list[dict[str, Any]]:
        return [self.webhook] if self.webhook else []

    def _hook(self, told: dict[str, Any], page: Page) -> Told:
        url = str(told.get("callback_url", ""))
        names = set(str(told.get("fields", "")).split(","))
        if told.get("object") != "page" or not names <= FIELDS:
            return error(400, 100, "(#100) Invalid parameter")
        if not page.call(url, str(told.get("verify_token", ""))):
            return error(400, 2200, "(#2200) Callback verification failed")
        listed = [{"name": name, "version": "v25.0"} for name in sorted(names)]
        self.webhook = {"object": "page", "callback_url": url, "active": True, "fields": listed}
        self.written += 1
        return 200, {"success": True}

    def _apps(self, page: Page) -> list[dict[str, Any]]:
        return [{"id": page.app_id, "subscribed_fields": sorted(self.fields)}] if self.fields else []

    def _subscribe(self, told: dict[str, Any]) -> Told:
        names = set(str(told.get("subscribed_fields", "")).split(","))
        if "pages_manage_metadata" not in self.scopes:
            return error(403, 200, "(#200) Requires pages_manage_metadata permission to manage the object")
        if not names <= FIELDS:
            return error(400, 100, "(#100) Param subscribed_fields must be one of the known fields")
        self.fields = names
        self.written += 1
        return 200, {"success": True}

    def _shown(self, asked: Asked) -> Told:
        names = set(asked.query.get("fields", "").split(","))
        if not names or not names <= PROFILE:
            return error(400, 100, "(#100) Param fields must be known")
        found = {name: self.profile[name] for name in names if name in self.profile}
        return 200, {"data": [found] if found else []}

    def _show(self, told: dict[str, Any]) -> Told:
        after = {**self.profile, **told}
        if not told or not told.keys() <= PROFILE or not _fits(after):
            return error(400, 100, "(#100) Invalid messenger profile")
        if "persistent_menu" in after and "get_started" not in after:
            return error(400, 100, "(#100) You must set a Get Started button if you also wish to use persistent menu")
        self.profile = json.loads(json.dumps(after))
        self.written += 1
        return 200, {"result": "success"}


def _fits(profile: dict[str, Any]) -> bool:
    greetings = profile.get("greeting", [])
    menus, breakers = profile.get("persistent_menu", []), profile.get("ice_breakers", [])
    entries = [entry for menu in menus for entry in menu["call_to_actions"]]
    questions = [question for each in breakers for question in each["call_to_actions"]]
    return (
        all(0 < len(each["text"]) <= 160 and each["locale"] == "default" for each in greetings)
        and all(menu["locale"] == "default" for menu in [*menus, *breakers])
        and len(entries) <= 20
        and all(e["type"] in ("postback", "web_url") and 0 < len(e["title"]) <= 30 for e in entries)
        and all(len(e.get("payload", "")) <= 1000 for e in entries)
        and len(questions) <= 4
        and all(0 < len(q["question"]) <= 80 and 0 < len(q["payload"]) <= 1000 for q in questions)
        and 0 < len(profile.get("get_started", {"payload": "x"})["payload"]) <= 1000
    )
